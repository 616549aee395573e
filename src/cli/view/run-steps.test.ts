import { describe, expect, it } from '@jest/globals';
import type { RequestView } from '@runwright/client';
import type { Phase } from '@runwright/client/contract';
import { stepsOf } from './run-steps.ts';

const START_MS = Date.parse('2026-01-01T00:00:00Z');
const at = (seconds: number): string => new Date(START_MS + seconds * 1_000).toISOString();

/** A view whose phases were entered one second after another. */
const viewOf = (phases: Phase[], changes: Partial<RequestView> = {}): RequestView => ({
  key: 'k',
  workflowId: 'runwright/tfe/demo/hello/k',
  workflowState: 'running',
  source: 'workflow',
  startedAt: at(0),
  phase: phases.at(-1)!,
  approval: { verdict: 'pending', decisions: [], missing: 1, approvers: [] },
  refusedMessages: [],
  warnings: [],
  history: phases.map((phase, index) => ({ phase, at: at(index) })),
  ...changes,
});

const told = (view: RequestView, nowSeconds = 60): string[] =>
  stepsOf(view, START_MS + nowSeconds * 1_000).map(({ mark, name, text }) => `${mark} ${name} ${text}`.trim());

const PLAN = { additions: 2, changes: 0, destructions: 1, imports: 0 };
const PLANNED = { runId: 'run-1', configurationVersionId: 'cv-1', plan: PLAN, plannedChanges: [] };
const APPROVAL = { choice: 'approve', runId: 'run-1', by: 'bob', at: at(4) } as const;

describe('the steps of a request', () => {
  it('begin with the configuration', () => {
    expect(told(viewOf(['preparing']))).toEqual(['active configuration bringing the configuration to TFE']);
  });

  it('name what blocks the run in the queue', () => {
    const view = viewOf(['preparing', 'queued'], { runId: 'run-1', blocker: 'the workspace is locked' });

    expect(told(view).at(-1)).toBe('active queued the workspace is locked');
  });

  it('wait for people with the plan above', () => {
    const view = viewOf(['preparing', 'planning', 'awaiting-confirmation'], PLANNED);

    expect(told(view)).toEqual([
      'done configuration cv-1',
      'done planned run-1  +2 ~0 -1',
      'waiting awaiting 1 of 1 approval missing',
    ]);
  });

  it('show what changes also where the server does not count it', () => {
    const { plan: _none, ...planned } = PLANNED;
    const plannedChanges: RequestView['plannedChanges'] = [{ address: 'a.one', action: 'create' }];
    const view = viewOf(['preparing', 'planning', 'awaiting-confirmation'], { ...planned, plannedChanges });

    expect(told(view)).toContain('done planned run-1');
    expect(JSON.stringify(stepsOf(view, START_MS))).toContain('a.one');
  });

  it('hold the plan back for a moment until its list of changes is there', () => {
    const { plannedChanges: _none, ...planned } = PLANNED;
    const view = viewOf(['preparing', 'planning', 'awaiting-confirmation'], planned);

    expect(told(view, 2).at(-1)).toBe('active planned run-1  +2 ~0 -1');
    expect(told(view, 10).at(-1)).toBe('waiting awaiting 1 of 1 approval missing');
  });

  it('count the approvals that are there', () => {
    const approval: RequestView['approval'] = { verdict: 'pending', decisions: [APPROVAL], missing: 1, approvers: [] };
    const view = viewOf(['preparing', 'planning', 'awaiting-confirmation'], { ...PLANNED, approval });

    expect(told(view).slice(-2)).toEqual(['done approved by bob', 'waiting awaiting 1 of 2 approvals missing']);
  });

  it('end with what was applied and the outputs', () => {
    const view = viewOf(['preparing', 'planning', 'awaiting-confirmation', 'applying', 'finished'], {
      ...PLANNED,
      workflowState: 'completed',
      outcome: 'applied',
      apply: { additions: 2, changes: 0, destructions: 0, imports: 0 },
      outputs: [
        { name: 'greeting', id: 'wsout-1', sensitive: false, value: 'Hello' },
        { name: 'password', id: 'wsout-2', sensitive: true },
      ],
      approval: { verdict: 'approved', decisions: [APPROVAL], missing: 0, approvers: [] },
      ending: {
        kind: 'completed',
        result: { key: 'k', outcome: 'applied', changed: 'something', decisions: [], warnings: [] },
      },
    });

    expect(told(view).slice(-2)).toEqual(['done approved by bob', 'done applied 2 added']);
    expect(stepsOf(view, START_MS).at(-1)?.below).toEqual(['greeting = "Hello"', 'password = (sensitive)']);
  });

  it('end badly with the failure', () => {
    const view = viewOf(['preparing', 'planning', 'ended-badly'], {
      runId: 'run-1',
      workflowState: 'failed',
      ending: {
        kind: 'failed',
        type: 'plan-errored',
        message: 'the plan ended with an error',
        facts: { changed: 'nothing' },
      },
    });

    expect(told(view).at(-1)).toBe('bad plan-errored the plan ended with an error');
  });

  it('say of a terminated request that its run may still be open', () => {
    const view = viewOf(['preparing', 'ended-badly'], {
      workflowState: 'terminated',
      ending: { kind: 'terminated', message: 'by hand' },
    });

    expect(told(view).at(-1)).toMatch(/^bad terminated by hand; its run may still be open/);
  });

  it('tell how long each took', () => {
    const view = viewOf(['preparing', 'planning', 'awaiting-confirmation'], PLANNED);

    expect(stepsOf(view, START_MS + 60_000).map(({ tookMs }) => tookMs)).toEqual([1_000, 1_000, undefined]);
  });

  it('count a plan that nobody saw at work from the creation of its run', () => {
    const seenLate = viewOf(['preparing', 'queued', 'awaiting-confirmation'], PLANNED);
    const queued = { ...seenLate, history: seenLate.history.with(2, { phase: 'awaiting-confirmation', at: at(30) }) };

    expect(stepsOf(seenLate, START_MS + 60_000).map(({ name, tookMs }) => [name, tookMs])).toEqual([
      ['configuration', 1_000],
      ['planned', 1_000],
      ['awaiting', undefined],
    ]);
    expect(stepsOf(queued, START_MS + 60_000).map(({ name, tookMs }) => [name, tookMs])).toEqual([
      ['configuration', 1_000],
      ['queued', 29_000],
      ['planned', undefined],
      ['awaiting', undefined],
    ]);
  });
});
