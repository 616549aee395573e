import type { FaultName } from '../../src/control/faults.ts';

/** Fields of `local-tfe.json` that the schema leaves to its reader. */
export const SCRIPT_MEANINGS: Readonly<Record<string, string>> = {
  plan: 'how the plan goes',
  apply: 'how the apply goes',
  'cost-estimate.status': 'how the estimate ends; an errored one does not hold the run',
  'cost-estimate.seconds': 'how long it takes at least',
  'cost-estimate.prior-monthly-cost': 'dollars before this run',
  'cost-estimate.proposed-monthly-cost': 'dollars after it',
  'cost-estimate.error': 'the message of an errored estimate',
  'policies[].name': 'as the policy check names it',
  'policies[].enforcement':
    'a failed `advisory` policy is only noted, a `soft-mandatory` one can be overridden, a `hard-mandatory` one ends the run',
  'policies[].result': 'what the policy says',
  'policy-seconds': 'how long the policy check takes at least',
  'task-stages[].stage': 'when the stage runs',
  'task-stages[].seconds': 'how long it takes at least',
  'task-stages[].result': 'what its task says',
  'task-stages[].enforcement':
    'a failed `advisory` task is only noted, a `mandatory` one ends the run, an `overridable` one waits for its override',
  'task-stages[].task': 'the name of the task',
};

export const FAULT_FIELD_MEANINGS: Readonly<Record<string, string>> = {
  fault: 'what happens: see the table below',
};

/** When each fault strikes, and what the client gets. Complete: a fault without a meaning does not compile. */
export const FAULT_MEANINGS: Readonly<Record<FaultName, string>> = {
  'drop-before-commit': 'the connection is closed; nothing was done',
  'drop-after-commit': 'the connection is closed; it was done',
  'lost-answer-after-commit': 'the same: it was done, and nobody is told',
  'half-body': 'it was done; the answer ends in its middle',
  'reset-before-commit': 'the connection is reset; nothing was done',
  'reset-after-commit': 'the connection is reset; it was done',
  'silence-before-commit': 'no answer until the client gives up; nothing was done',
  'silence-after-commit': 'no answer until the client gives up; it was done',
  'late-commit': 'no answer; it is done `ms` after the client has given up',
  'error-before-commit': '`status` with an HTML page; nothing was done',
  'error-after-commit': '`status` with an HTML page; it was done',
  'rate-limited': '429 as TFE sends it, with `reset`',
  'rate-limited-html': '429 with an HTML page, as a proxy sends it',
  'not-found': '404, although it is there',
  'stale-reads': 'it was done, but reads of the run show it as it was before, for `ms`',
  'list-lag': 'the list leaves out what is younger than `ms`',
  slow: 'the answer comes `ms` later',
  'token-revoked': '401, although the token is good',
};
