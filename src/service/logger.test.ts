import { describe, expect, it } from '@jest/globals';
import { createLogger, type LoggerOptions } from './logger.ts';

describe('the logger', () => {
  it('writes one JSON line with a constant message and its fields', () => {
    const { log, lines } = recorded();

    log.child({ workflowId: 'w-1' }).info('run created', { runId: 'run-1' });

    expect(lines()).toHaveLength(1);
    expect(JSON.parse(lines()[0] ?? '')).toMatchObject({
      level: 'info',
      name: 'worker',
      message: 'run created',
      workflowId: 'w-1',
      runId: 'run-1',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    });
  });

  it('leaves out what is less important than its level', () => {
    const { log, lines } = recorded({ level: 'warn' });

    log.info('run created');
    log.warn('run in doubt');

    expect(lines().map((line) => (JSON.parse(line) as { message: string }).message)).toEqual(['run in doubt']);
  });

  it.each([
    ['a token it was told of', 'refused planted-token by TFE'],
    ['a bearer token', 'sent authorization: Bearer planted.abc'],
    ["a token of TFE's shape", 'plantedXYZ123.atlasv1.plantedplanted'],
    ['a signed link', 'PUT https://archivist.example.com/v1/object/planted-signature'],
  ])('never writes %s', (_what, text) => {
    const { log, lines } = recorded({ secrets: () => ['planted-token'] });

    log.warn('something happened', { text, list: [text] });

    expect(lines().join('')).toContain('[secret]');
    expect(lines().join('')).not.toContain('planted');
  });

  // Each made one of the patterns look at every rest of the text again: 60 KB took 9 s, this would take hours.
  it.each([
    ['letters', 'a'.repeat(4_000_000)],
    ['addresses in addresses', 'http://a/'.repeat(400_000)],
    ['beginnings of signed links', 'https://a/objec'.repeat(300_000)],
    ['beginnings of tokens', 'abcdefgh.atlasv'.repeat(300_000)],
    ['words before tokens', 'Bearer '.repeat(600_000)],
    ['blanks', ' '.repeat(4_000_000)],
    ['quotes', '"\\'.repeat(2_000_000)],
  ])('writes a long field of %s cut, and looks at each character once', (_what, text) => {
    const { log, lines } = recorded({ secrets: () => ['planted-token'] });

    log.warn('something happened', { text, list: [text, 'short'] });

    const written = JSON.parse(lines()[0] ?? '') as { text: string; list: string[] };
    expect(written.text).toMatch(/… \(\d+ characters\)$/);
    expect(written.text.length).toBeLessThan(2_100);
    expect(written.list[1]).toBe('short');
  });

  it('writes no half of a secret where a field is cut', () => {
    const { log, lines } = recorded({ secrets: () => ['planted-token'] });
    for (let before = 1_970; before < 2_010; before += 1) {
      log.warn('something happened', { text: `${'x '.repeat(before / 2)}planted-token ${'y'.repeat(3_000)}` });
      log.warn('something happened', { text: `${'x '.repeat(before / 2)}Bearer plantedplanted ${'y'.repeat(3_000)}` });
    }

    expect(lines().join('')).not.toContain('plant');
  });

  it('cuts a list that is long', () => {
    const { log, lines } = recorded();

    log.warn('something happened', { list: Array.from({ length: 100_000 }, (_, n) => `item ${n}`) });

    expect(JSON.parse(lines()[0] ?? '')).toMatchObject({
      list: expect.arrayContaining(['item 0', '… (100000 items)']),
    });
    expect(lines()[0]?.length).toBeLessThan(5_000);
  });

  it.each([
    ['a URL in words', 'see (https://archivist.example.com/v1/object/planted-signature), please'],
    ['a token after other letters', 'x plantedXYZ123.atlasv1.planted_planted-0 y'],
    ['two in one line', 'Bearer planted.a and https://a/v1/object/planted and https://a/v1/runs'],
  ])('hides %s, and keeps what is around it', (_what, text) => {
    const { log, lines } = recorded();

    log.warn('something happened', { text });

    expect(lines().join('')).not.toContain('planted');
    expect(lines().join('')).toContain('[secret]');
  });

  it('knows a token that was rotated after it was made', () => {
    const secrets = ['old'];
    const { log, lines } = recorded({ secrets: () => secrets });

    secrets.push('planted-later "quoted"');
    log.warn('something happened', { text: 'with planted-later "quoted"' });

    expect(lines().join('')).not.toContain('planted');
  });
});

function recorded(options: Partial<LoggerOptions> = {}) {
  const written: string[] = [];
  const log = createLogger({
    level: 'info',
    name: 'worker',
    ...options,
    destination: { write: (line) => written.push(line) },
  });
  return { log, lines: () => written };
}
