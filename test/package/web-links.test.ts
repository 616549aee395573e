import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { markdownFiles, ROOT } from '../pages/markdown-files.ts';
import { askLinks, webLinksOf } from '../pages/web-links.ts';
import { leftOut } from '../support/left-out.ts';

/** What people read: the documents, and the files that they copy and change. */
const texts = [
  ...markdownFiles().map(({ text }) => text),
  ...['.env.example', 'Dockerfile', 'docker-compose.yml'].map((file) => readFileSync(join(ROOT, file), 'utf8')),
];

const answers = await askLinks(webLinksOf(texts.join('\n')));
const unknown = answers.filter(({ kind }) => kind === 'unknown');
const reason = `${unknown.length} of ${answers.length} could not be asked, ${unknown[0]?.url} among them: ${unknown[0]?.said}`;
const nobodyAnswers = unknown.length === answers.length;
if (unknown.length > 0 && !nobodyAnswers) process.stderr.write(`LEFT OUT: some links into the web. ${reason}.\n`);
const online = nobodyAnswers ? leftOut('the links into the web', reason) : describe;

online('the links into the web', () => {
  it('lead to pages that are there', () => {
    expect(answers.filter(({ kind }) => kind === 'gone')).toEqual([]);
  });
});

// Whoever loses all links to a change of the search would be told that nothing is gone.
it('there are links into the web', () => {
  expect(answers.map(({ url }) => url)).toContain('https://semver.org/');
});
