import { isPastConfirmation } from '@runwright/client/domain';
import { nextStep } from '../domain/next-step.ts';
import type { RequestContext } from './request-context.ts';
import { lookUntil } from './inbox/look-until.ts';

/** Waits until the apply has ended or must be interrupted. Looks closely until TFE shows an apply that it accepted. */
export async function awaitEnded(context: RequestContext): Promise<void> {
  const { state } = context;
  const isAssumed = (): boolean => !isPastConfirmation(state.reading);
  const closely = isAssumed() ? ({ look: 'closely' } as const) : {};
  await lookUntil(context, {
    over: () => nextStep(state.facts).kind !== 'finish' || ('look' in closely && !isAssumed()),
    pace: 'working',
    waitingFor: 'the apply to finish',
    ...closely,
    quiet: true,
    mayContinueAsNew: true,
  });
}
