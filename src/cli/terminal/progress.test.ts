import { stripVTControlCharacters } from 'node:util';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import type { RequestView } from '@runwright/client';
import type { Phase } from '@runwright/client/contract';
import type { Output } from '../cli-deps.ts';
import { createProgress } from './progress.ts';

const START_MS = Date.parse('2026-01-01T00:00:00Z');

const viewIn = (phase: Phase, changes: Partial<RequestView> = {}): RequestView => ({
  key: 'k',
  workflowId: 'w',
  workflowState: 'running',
  source: 'workflow',
  startedAt: new Date(START_MS).toISOString(),
  phase,
  approval: { verdict: 'pending', decisions: [], missing: 1, approvers: [] },
  refusedMessages: [],
  warnings: [],
  history: [{ phase, at: new Date(START_MS).toISOString() }],
  ...changes,
});

function recorder(terminal: Partial<Output> = {}): Output & { text: () => string } {
  let text = '';
  return { ...terminal, write: (more) => (text += more), text: () => text };
}

afterEach(() => {
  jest.useRealTimers();
});

describe('progress where there is no terminal', () => {
  it('is one line a step, written once however often it is told', () => {
    const out = recorder();
    let nowMs = START_MS;
    const progress = createProgress(out, () => (nowMs += 10_000));

    progress.show(viewIn('preparing'));
    progress.show(viewIn('preparing'));
    progress.show(viewIn('planning', { runId: 'run-1', configurationVersionId: 'cv-1' }));
    progress.stop();

    const lines = out.text().trimEnd().split('\n');
    expect(lines.map((line) => line.replaceAll(/\s+/g, ' ').trim())).toEqual([
      '· configuration bringing the configuration to TFE',
      '✔ configuration cv-1',
      '· planning run-1',
    ]);
  });

  it('tells a long fault to its end: the last words say what to do', () => {
    const out = recorder();
    const lastError = `${'TFE refuses this step '.repeat(5)}and then: give the team the permission`;

    createProgress(out, () => START_MS).show(viewIn('preparing', { lastError }));

    expect(out.text().replaceAll(/\s+/g, ' ')).toContain(lastError);
    expect(
      Math.max(
        ...out
          .text()
          .split('\n')
          .map((line) => line.length),
      ),
    ).toBeLessThanOrEqual(80);
  });

  it('holds no control characters', () => {
    const out = recorder();

    createProgress(out, () => START_MS).show(viewIn('preparing', { lastError: 'a\u001B[31mb' }));

    expect(out.text().replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
  });
});

describe('progress on a terminal', () => {
  it('keeps one line alive and ends it when it is stopped', () => {
    jest.useFakeTimers();
    const out = recorder({ isTTY: true, columns: 80 });
    const progress = createProgress(out, () => START_MS);

    progress.show(viewIn('preparing'));
    jest.advanceTimersByTime(250);
    progress.stop();
    const stopped = out.text();
    jest.advanceTimersByTime(1_000);

    expect(stopped.split('\u001B[2K')).toHaveLength(4);
    expect(stopped.endsWith('\n')).toBe(true);
    expect(out.text()).toBe(stopped);
  });

  it('fits into the columns there are', () => {
    const out = recorder({ isTTY: true, columns: 60 });
    const progress = createProgress(out, () => START_MS);

    progress.show(viewIn('queued', { runId: 'run-1', blocker: 'x'.repeat(500) }));
    progress.stop();

    const visible = stripVTControlCharacters(out.text()).split(/[\r\n]/);
    expect(Math.max(...visible.map((line) => [...line].length))).toBeLessThanOrEqual(60);
  });
});
