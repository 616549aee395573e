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
