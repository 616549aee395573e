import { readFileSync } from 'node:fs';
import { homedir, hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ROOT } from '../docs/markdown-files.ts';
import { svgOf } from './svg.ts';

const RUN = { column: 3, text: 'a < b & c', color: 'green', weight: 'bold' } as const;

describe('the picture of a terminal', () => {
  const svg = svgOf({ command: 'npm run demo', lines: [{ runs: [RUN], atMs: 1_234 }], columns: 80, title: 'a <demo>' });

  it('shows the command, then each line when it was written', () => {
    expect(svg).toMatch(/>npm run demo<\/text><\/g>\n<g style="animation-delay:1\.2s">/);
  });

  it('shows text as it is, and tells its title to those who cannot see it', () => {
    expect(svg).toContain('>a &lt; b &amp; c</text>');
    expect(svg).toContain('<title>a &lt;demo&gt;</title>');
  });

  it('lets each run of text keep its own color and weight: a rule for all texts would win over them', () => {
    expect(svg).toMatch(/fill="#3fb950"[^>]*>a &lt; b/);
    expect(svg).not.toMatch(/^text *\{/mu);
  });

  it('shows the end at once to those who want no motion', () => {
    expect(svg).toContain('prefers-reduced-motion: reduce');
  });
});

describe('docs/demo.svg', () => {
  const svg = readFileSync(join(ROOT, 'docs/demo.svg'), 'utf8');

  it('shows a run from its plan to its outputs', () => {
    for (const part of ['>npm run demo<', '>planned<', '>approved<', '>applied<', 'greeting = "Hello, world"']) {
      expect(svg).toContain(part);
    }
  });

  it('is small, loads nothing, and tells nothing of the machine on which it was recorded', () => {
    expect(svg.length).toBeLessThan(100_000);
    expect(svg.replace('xmlns="http://www.w3.org/2000/svg"', '')).not.toMatch(
      /href|url\(|<script|http:\/\/(?!127\.0\.0\.1:)/,
    );
    for (const own of [ROOT, homedir(), tmpdir(), hostname()]) expect(svg).not.toContain(own);
  });

  it('is in the README', () => {
    expect(readFileSync(join(ROOT, 'README.md'), 'utf8')).toContain('](docs/demo.svg)');
  });
});
