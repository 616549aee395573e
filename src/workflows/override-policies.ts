import { nameInLine, quotedText } from '@runwright/client/domain';
import { nextStep, type NextStep } from '../domain/next-step.ts';
import { actOnce, blockerOf } from './act.ts';
import type { RequestContext } from './request-context.ts';
import { lookUntil } from './inbox/look-until.ts';
import { readUnless } from './inbox/read-unless.ts';
import { settled } from './settled.ts';
import { askUnless } from './inbox/stand-still.ts';

/**
 * Hands a decided override to TFE, for every policy check and task stage that holds the run now. Idempotent by
 * re-reading: a run past the override is success. If TFE has not certainly taken an override, it stays pending and is
 * handed over again while the run is still held. It approves nothing.
 */
export async function overridePolicies(context: RequestContext): Promise<void> {
  const { steps, state } = context;
  const decision = state.decisions.pendingOverride;
  if (decision === undefined) return;
  const { timing, key } = state.request;
  const isWanted = (): boolean => nextStep(state.facts).kind === 'override';
  const comment = `Overridden by ${nameInLine(decision.by)}${decision.comment ? ` (${quotedText(decision.comment)})` : ''}; request ${key}`;
  let isWhollyTaken = true;
  const found = await settled(
    askUnless(state.inbox, steps.findOverridable({ runId: state.reading.id }), () => !isWanted()),
  );
  if (found === 'given-up') return;
  if ('kind' in found) return await whileNotListed(context, { why: found.why, isWanted });
  const { overridable } = found;
  if (overridable.length === 0) {
    state.warn('TFE lists no policy or task that can be overridden now: decide again where one still holds the run');
  }
  for (const held of overridable) {
    const send = () => steps.overridePolicy({ ...held, runId: state.reading.id, comment });
    const answer = await actOnce(context, { what: 'override', isWanted, send });
    if (answer.kind === 'withdrawn') return;
    switch (answer.kind) {
      case 'accepted':
        break;
      case 'in-doubt':
        isWhollyTaken = false;
        state.note({ inDoubt: `override: ${answer.why}` });
        break;
      case 'not-seen':
        isWhollyTaken = false;
        break;
      // After a final refusal another decision is needed, so people are asked again.
      case 'refused':
      case 'not-allowed':
        state.warn(blockerOf(`the override of ${held.id}`, answer));
    }
  }
  const overridesDone = (state.data.overridesDone ?? 0) + 1;
  if (isWhollyTaken) state.overrideWasTaken(overridesDone);
  const isOver = (): boolean => state.runPhase !== 'awaiting-override' || isToBeLeft(nextStep(state.facts));
  const ended = await lookUntil(context, {
    over: isOver,
    pace: 'working',
    look: 'closely',
    waitingFor: 'TFE to take the override',
    deadlineAtMs: Date.now() + timing.actionSettlesMs,
    deadlineSummary: 'the override has not taken effect',
  });
  if (ended === 'deadline') await readUnless(context, isOver);
  state.note({ inDoubt: undefined });
  if (state.runPhase !== 'awaiting-override') state.overrideWasTaken(overridesDone);
}

/** Asks TFE again later. If somebody overrides or ends the run in TFE meanwhile, we follow that. */
async function whileNotListed(
  context: RequestContext,
  { why, isWanted }: { why: string; isWanted: () => boolean },
): Promise<void> {
  const { state } = context;
  state.note({ blocker: `TFE does not list what holds the run, so the override waits: ${why}` });
  await lookUntil(context, {
    over: () => !isWanted(),
    pace: 'working',
    waitingFor: 'TFE to list what holds the run',
    deadlineAtMs: Date.now() + state.request.timing.pollRefusedMs,
    deadlineSummary: 'ask TFE again what holds the run',
    mayContinueAsNew: true,
  });
  state.note({ blocker: undefined });
}

const isToBeLeft = ({ kind }: NextStep): boolean => kind === 'end' || kind === 'give-up' || kind === 'done';
