import type { RequestView } from '@runwright/client';
import type { Decision, Phase, PlannedChange, ResourceCounts, RunOutput } from '@runwright/client/contract';
import { countOf } from '@runwright/client/domain';
import { printableJson } from '@runwright/client/domain';
import { changeList, restOf } from '../../domain/change-list.ts';
import { destroys } from '../../domain/planned-changes.ts';
import { describeDuration } from './duration.ts';
import { describeEnding } from './describe-ending.ts';

/** One line of the progress of a request, with what belongs below it. */
export interface Step {
  /** Stays the same in every later view of the request. */
  id: string;
  mark: 'done' | 'active' | 'waiting' | 'bad';
  name: string;
  text: string;
  /** How long it took. */
  tookMs?: number | undefined;
  below: string[];
}

const HARMLESS_SHOWN = 20;
// The list of changes arrives a moment after the plan. After this time we show the plan without it.
const CHANGES_ARRIVE_WITHIN_MS = 3_000;
const NOTEWORTHY_QUEUE_MS = 2_000;

/** The steps of a request so far. All but the last are over and no longer change. */
export function stepsOf(view: RequestView, nowMs: number): Step[] {
  const timeline = timelineOf(view, nowMs);
  const steps = [
    ...configurationStep(view, timeline),
    ...queueStep(view, timeline),
    ...planStep(view, timeline, nowMs),
    ...decisionSteps(view, timeline),
    ...applyStep(view, timeline),
    ...cleanupStep(view),
    ...endStep(view),
  ];
  const unfinished = steps.findIndex(({ mark }) => mark === 'active' || mark === 'waiting');
  return unfinished === -1 ? steps : steps.slice(0, unfinished + 1);
}

interface Timeline {
  /** ms since the epoch at which the phase was first entered. */
  enteredAt: (phase: Phase) => number | undefined;
  /** How long the request was in these phases altogether. */
  spentMs: (...phases: Phase[]) => number | undefined;
  now: Phase;
}

function timelineOf({ history, phase }: RequestView, nowMs: number): Timeline {
  const spans = history.map((change, index) => {
    const fromMs = Date.parse(change.at);
    const next = history[index + 1];
    return { phase: change.phase, fromMs, ms: (next ? Date.parse(next.at) : Math.max(nowMs, fromMs)) - fromMs };
  });
  return {
    enteredAt: (wanted) => spans.find((span) => span.phase === wanted)?.fromMs,
    spentMs: (...wanted) => {
      const there = spans.filter((span) => wanted.includes(span.phase));
      return there.length === 0 ? undefined : there.reduce((sum, { ms }) => sum + ms, 0);
    },
    now: phase,
  };
}

const took = (ms: number | undefined): { tookMs?: number } => (ms === undefined ? {} : { tookMs: ms });

function configurationStep(view: RequestView, { now, spentMs }: Timeline): Step[] {
  const step = { id: 'configuration', name: 'configuration', ...took(spentMs('preparing')), below: [] };
  if (view.runId !== undefined) return [{ ...step, mark: 'done', text: view.configurationVersionId ?? '' }];
  if (now === 'preparing')
    return [{ ...step, mark: 'active', text: activeText(view, 'bringing the configuration to TFE') }];
  return [{ ...step, mark: 'bad', text: 'no run was made' }];
}

function queueStep(view: RequestView, { now, spentMs }: Timeline): Step[] {
  if (now === 'queued')
    return [
      { id: 'queue', mark: 'active', name: 'queued', text: activeText(view, 'TFE has not started yet'), below: [] },
    ];
  const ms = spentMs('queued');
  return ms !== undefined && ms > NOTEWORTHY_QUEUE_MS
    ? [{ id: 'queue', mark: 'done', name: 'queued', text: '', tookMs: ms, below: [] }]
    : [];
}

function planStep(view: RequestView, { now, spentMs, enteredAt }: Timeline, nowMs: number): Step[] {
  const { runId = '', plan } = view;
  if (now === 'planning' || now === 'checking') {
    return [{ id: 'plan', mark: 'active', name: now, text: activeText(view, runId), below: [] }];
  }
  const arrivesMs = (enteredAt('awaiting-confirmation') ?? 0) + CHANGES_ARRIVE_WITHIN_MS;
  const awaited = now === 'awaiting-confirmation' && view.plannedChanges === undefined && nowMs < arrivesMs;
  if (plan === undefined && view.plannedChanges === undefined && !awaited) return [];
  return [
    {
      id: 'plan',
      mark: awaited ? 'active' : 'done',
      name: 'planned',
      // Not every server with TFE's API counts changes, but some list them all the same.
      text: plan === undefined ? runId : `${runId}  ${describePlan(plan)}`,
      ...took(planMs(spentMs)),
      below: changeLines(view),
    },
  ];
}

/** We often see a plan of seconds only after it has ended, so its time counts from the creation of the run. */
function planMs(spentMs: Timeline['spentMs']): number | undefined {
  const queuedMs = spentMs('queued') ?? 0;
  return spentMs('planning', 'checking') ?? (queuedMs > NOTEWORTHY_QUEUE_MS ? undefined : queuedMs);
}

const DECIDED: Record<Decision['choice'], Pick<Step, 'mark' | 'name'>> = {
  approve: { mark: 'done', name: 'approved' },
  reject: { mark: 'bad', name: 'rejected' },
  override: { mark: 'done', name: 'overridden' },
};

function decisionSteps(view: RequestView, { now, enteredAt }: Timeline): Step[] {
  const since = enteredAt('awaiting-confirmation');
  const decided = view.approval.decisions
    .filter((decision) => decision.ignored === undefined)
    .map((decision, index): Step => ({
      id: `decision-${index}`,
      ...DECIDED[decision.choice],
      text: describeDecision(decision),
      ...took(since === undefined ? undefined : Math.max(0, Date.parse(decision.at) - since)),
      below: [],
    }));
  if (now === 'awaiting-override') {
    return [
      ...decided,
      {
        id: 'verdict',
        mark: 'waiting',
        name: 'awaiting',
        text: activeText(view, 'a policy override (signal "override", or in TFE)'),
        below: [],
      },
    ];
  }
  // People have decided, and the workflow has not taken its next step yet: it waits for nothing.
  if (now !== 'awaiting-confirmation' || view.approval.verdict !== 'pending') return decided;
  return [...decided, { id: 'verdict', mark: 'waiting', name: 'awaiting', text: describeWait(view), below: [] }];
}

function applyStep(view: RequestView, { now, spentMs }: Timeline): Step[] {
  if (now === 'applying')
    return [{ id: 'apply', mark: 'active', name: 'applying', text: activeText(view, view.runId ?? ''), below: [] }];
  if (view.outcome !== 'applied' && view.outcome !== 'confirmed-elsewhere') return [];
  const text = view.apply === undefined ? '' : describeApply(view.apply);
  return [
    {
      id: 'apply',
      mark: view.outcome === 'applied' ? 'done' : 'bad',
      name: 'applied',
      text,
      ...took(spentMs('applying')),
      below: (view.outputs ?? []).map(describeOutput),
    },
  ];
}

function cleanupStep(view: RequestView): Step[] {
  if (view.phase !== 'cleaning-up') return [];
  return [
    { id: 'cleanup', mark: 'active', name: 'cleaning up', text: activeText(view, 'ending the run in TFE'), below: [] },
  ];
}

function endStep(view: RequestView): Step[] {
  if (view.ending === undefined || view.outcome === 'applied') return [];
  const isTold =
    view.outcome === 'rejected' &&
    view.approval.decisions.some(({ choice, ignored }) => choice === 'reject' && !ignored);
  if (isTold) return [];
  const { good, name, text } = describeEnding(view.ending);
  return [{ id: 'end', mark: good ? 'done' : 'bad', name, text, below: [] }];
}

function activeText(view: RequestView, otherwise: string): string {
  if (view.blocker) return view.blocker;
  if (view.inDoubt) return `in doubt: ${view.inDoubt}`;
  if (view.lastError) return `${view.lastError}${view.attempt ? ` (attempt ${view.attempt})` : ''}`;
  return otherwise;
}

/** "1 of 1 approval missing · expires in 24 h". */
export function describeWait({ approval, blocker, lastError }: RequestView): string {
  const approved = new Set(
    approval.decisions
      .filter(({ ignored, choice }) => ignored === undefined && choice === 'approve')
      .map(({ by }) => by),
  ).size;
  const all = approved + approval.missing;
  const parts = [`${approval.missing} of ${countOf(all, 'approval')} missing`];
  if (approval.expiresAt) parts.push(`expires ${approval.expiresAt.slice(0, 16).replace('T', ' ')} UTC`);
  if (blocker) parts.push(blocker);
  if (lastError) parts.push(lastError);
  return parts.join(' · ');
}

/** "+2 ~0 -1", with imports where there are some. */
export const describePlan = ({ additions, changes, destructions, imports }: ResourceCounts): string =>
  `+${additions} ~${changes} -${destructions}${imports > 0 ? ` (${imports} imported)` : ''}`;

const describeApply = ({ additions, changes, destructions, imports }: ResourceCounts): string =>
  [
    [additions, 'added'],
    [changes, 'changed'],
    [destructions, 'destroyed'],
    [imports, 'imported'],
  ]
    .filter(([count]) => count !== 0)
    .map(([count, word]) => `${count} ${word}`)
    .join(', ') || 'nothing to do';

const describeDecision = ({ by, comment }: Decision): string => `by ${by}${comment ? `: ${comment}` : ''}`;

const SIGNS: Record<PlannedChange['action'], string> = {
  create: '+',
  update: '~',
  delete: '-',
  replace: '±',
  read: '<',
  import: '→',
  forget: '×',
  move: '→',
};

/** "- terraform_data.database": everything that is destroyed, then at most twenty other changes. */
export function changeLines(view: RequestView): string[] {
  let harmless = 0;
  const list = changeList(view, (change) => destroys(change) || ++harmless <= HARMLESS_SHOWN);
  const { loud, quiet } = restOf(view, list);
  return [...list.listed.map(changeLine), ...loud, ...quiet];
}

/** "- terraform_data.database". */
export const changeLine = ({ action, address }: PlannedChange): string => `${SIGNS[action]} ${address}`;

/** `greeting = "Hello, world"`; a sensitive output has no value here. */
export const describeOutput = ({ name, sensitive, value }: RunOutput): string =>
  `${name} = ${sensitive ? '(sensitive)' : printableJson(value)}`;

export const describeTook = ({ tookMs }: Step): string => (tookMs === undefined ? '' : describeDuration(tookMs));
