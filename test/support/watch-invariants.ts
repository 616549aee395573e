import type { Client } from '@temporalio/client';
import { taskQueueOf, WORKFLOW_TYPE } from '@runwright/client/contract';
import type { LocalTfe } from '../../packages/local-tfe/src/server.ts';
import { closeAfterTests, testAt } from './after-tests.ts';
import { violationsOf } from './invariants.ts';
import type { Budget, CheckedInvariant, Evidence, Violation } from './invariants/evidence.ts';
import { readExecutions } from './invariants/read-executions.ts';
import { requestOfRun } from './invariants/runs-of.ts';
import { secretsOf } from './invariants/secrets-of.ts';

export interface InvariantsWatched {
  /**
   * This test breaks a promise on purpose: `of` is the run or the workflow id. It is a breach of its own if the checker
   * does not find it.
   */
  breaks(invariant: CheckedInvariant, of: string): void;
  /** From now on what TFE sees is counted against a budget (I5). */
  declareBudget(budget: Budget): void;
}

interface Watching {
  readonly tfe: LocalTfe;
  readonly client: Client;
  readonly installation: string;
  readonly namespaceId: string;
}

/**
 * Checks everything that an installation did on a local TFE, when the tests of the file are over and before its workers
 * and servers close: each request in it, open or ended, by what TFE and Temporal wrote down.
 */
export function watchInvariants(watching: Watching): InvariantsWatched {
  const meant: { invariant: CheckedInvariant; of: string }[] = [];
  const declared: { budget?: Budget } = {};
  closeAfterTests(async () => {
    const evidence = { ...(await evidenceOf(watching)), budget: declared.budget };
    const found = violationsOf(evidence);
    const isMeant = ({ invariant, subject }: Violation): boolean =>
      meant.some((one) => one.invariant === invariant && one.of === subject);
    const missing = meant.filter(
      (one) => !found.some((violation) => violation.invariant === one.invariant && violation.subject === one.of),
    );
    const lines = [
      ...found.filter((violation) => !isMeant(violation)).map((violation) => describe(violation, evidence)),
      ...missing.map(({ invariant, of }) => `${invariant}: ${of}: a test meant to break it, and no breach was found`),
    ];
    if (lines.length > 0) throw new Error(`promises were broken in this file:\n${lines.join('\n')}`);
  });
  return {
    breaks: (invariant, of) => void meant.push({ invariant, of }),
    declareBudget: (budget) => void (declared.budget = budget),
  };
}

async function evidenceOf({ tfe, client, installation, namespaceId }: Watching): Promise<Evidence> {
  const mark = `[runwright ${installation} ${namespaceId} `;
  const runs = tfe.runs().filter(({ message }) => message.includes(mark));
  const workflowIds = new Set(runs.flatMap((run) => requestOfRun(run) ?? []));
  const query = `TaskQueue = "${taskQueueOf(installation)}" AND WorkflowType = "${WORKFLOW_TYPE}"`;
  for await (const { workflowId } of client.workflow.list({ query })) workflowIds.add(workflowId);
  const executions = await readExecutions(client, [...workflowIds], secretsOf(tfe));
  const requests = [...executions].map(([workflowId, found]) => ({ workflowId, executions: found }));
  return { journal: tfe.journal.entries(), runs, requests };
}

function describe({ invariant, subject, what }: Violation, { runs, requests }: Evidence): string {
  const run = runs.find(({ id }) => id === subject);
  const request = requests.find(({ workflowId }) => workflowId === (run ? requestOfRun(run) : subject));
  const startedAtMs = Math.min(...(request?.executions ?? []).map((execution) => execution.startedAtMs));
  const test = Number.isFinite(startedAtMs) ? ` (in “${testAt(startedAtMs)}”)` : '';
  return `${invariant}: ${subject}: ${what}${test}`;
}
