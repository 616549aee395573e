import { describe, expect, it } from '@jest/globals';
import { createLogger } from './logger.ts';
import { formatFor } from './people-lines.ts';

const TERMINAL = { err: { isTTY: true }, env: { NO_COLOR: '1' }, format: 'text' } as const;

describe('a log on a terminal', () => {
  it('says time, level, process, what happened, and the facts, in one line', () => {
    expect(logged({ runId: 'run-1' })).toMatch(
      /^\[\d\d:\d\d:\d\d\] WARN \(worker\): run in doubt \{"runId":"run-1"\}\n$/,
    );
  });

  it('shows no secret, and nothing that steers the terminal', () => {
    const line = logged({ reason: 'planted \u001b[2J \u009b2J \u202e\n forged' });

    expect(line).not.toContain('planted');
    // oxlint-disable-next-line no-control-regex -- they are what must not be there
    expect(line.trimEnd()).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/);
  });

  it('has colors unless they are not wanted', () => {
    expect(logged({}, { ...TERMINAL, env: {} })).toContain('\u001b[');
  });

  it.each([
    ['it goes to a file', { ...TERMINAL, err: {} }],
    ['the ready line was asked for as JSON', { ...TERMINAL, format: 'json' as const }],
  ])('is JSON when %s', (_when, audience) => {
    expect(JSON.parse(logged({ runId: 'run-1' }, audience))).toMatchObject({ message: 'run in doubt', runId: 'run-1' });
  });
});

function logged(fields: Record<string, string>, audience: Parameters<typeof formatFor>[0] = TERMINAL): string {
  let written = '';
  const destination = { write: (line: string) => (written += line) };
  const layout = formatFor(audience);
  const logger = createLogger({ level: 'info', name: 'worker', secrets: () => ['planted'], destination, layout });
  logger.warn('run in doubt', fields);
  return written;
}
