import type { RunEnding } from '@runwright/client';
import type { Outcome } from '@runwright/client/contract';
import type { ExitName } from '../exit-codes.ts';

const EXIT_OF_OUTCOME: Record<Outcome, ExitName> = {
  applied: 'ok',
  'no-changes': 'ok',
  'plan-only': 'ok',
  rejected: 'notApproved',
  expired: 'notApproved',
  'discarded-elsewhere': 'notApproved',
  'confirmed-elsewhere': 'notApproved',
  superseded: 'notApproved',
  canceled: 'canceled',
};

/** The exit code of `run --wait` and `watch`. */
export function exitOfEnding(ending: RunEnding): ExitName {
  switch (ending.kind) {
    case 'completed':
      return EXIT_OF_OUTCOME[ending.result.outcome] ?? 'failed';
    case 'failed':
      return 'failed';
    case 'canceled':
      return 'canceled';
    case 'terminated':
      return 'failed';
  }
}

/** The ending in a word and a sentence. */
export function describeEnding(ending: RunEnding): { good: boolean; name: string; text: string } {
  const good = exitOfEnding(ending) === 'ok';
  switch (ending.kind) {
    case 'completed': {
      const { outcome, by, reason } = ending.result;
      return { good, name: outcome, text: [reason, by && `(${by})`].filter(Boolean).join(' ') };
    }
    case 'failed':
      return { good, name: ending.type === 'unknown' ? 'failed' : ending.type, text: ending.message };
    case 'canceled':
      return { good, name: 'canceled', text: 'as asked; nothing was applied' };
    case 'terminated':
      return { good, name: 'terminated', text: `${ending.message}; its run may still be open in TFE` };
  }
}

/** One document for programs: how the request ended, with the result's or failure's own fields beside it. */
export function endingDocument(ending: RunEnding): Record<string, unknown> {
  switch (ending.kind) {
    case 'completed':
      return { ended: ending.kind, ...ending.result };
    case 'failed': {
      const { type, message, facts } = ending;
      return { ended: ending.kind, failure: { type, message, changed: facts.changed }, ...facts };
    }
    case 'canceled':
      return { ended: ending.kind, outcome: 'canceled' };
    case 'terminated':
      return { ended: ending.kind, failure: { type: 'terminated', message: ending.message, changed: 'unknown' } };
  }
}
