import type { ChecksDeps } from '../check/run-checks.ts';
import type { LogsDeps } from './logs.ts';
import type { PlanDocumentsDeps } from '../plan-and-apply/plan-documents.ts';
import type { WorkDirDeps } from './work-dir.ts';
import type { Store } from '../store/store.ts';
import type { Blobs } from '../store/blobs.ts';
import type { Executor } from './executor.ts';
import type { RunEngine } from './run-engine.ts';
import type { Scripts } from '../control/scripts.ts';
import type { RunRecord } from '../run/run-record.ts';
import { checkCosts, checkPolicies, runTaskStage } from '../check/run-checks.ts';
import type { PlanResult } from './executor.ts';
import { errorLine, scriptedWait, withLog } from './logs.ts';
import { keepSchemas } from '../plan-and-apply/plan-documents.ts';
import type { Driven } from './run-driver.ts';
import { readScript, ScriptError } from './script.ts';
import type { Script } from './script.ts';
import { enter, movePlan, rest } from '../run/transitions.ts';
import { ArchiveError } from '../configuration-version/archive-entries.ts';
import { openWorkDir, placeState, prepareWorkDir, WorkDirError } from './work-dir.ts';
import type { WorkDir } from './work-dir.ts';

export interface PlanPhaseDeps extends ChecksDeps, LogsDeps, PlanDocumentsDeps, WorkDirDeps {
  store: Store;
  blobs: Blobs;
  executor: Executor;
  engine: RunEngine;
  scripts: Scripts;
  onError: (error: unknown) => void;
}

/** From the queue to the point where a person decides, or where nothing is left to decide. */
export async function planPhase(driven: Driven<PlanPhaseDeps>): Promise<void> {
  const { interrupt } = driven;
  const prepared = await prepare(driven);
  if ('failure' in prepared) return failPlan(driven, prepared.failure);
  const { script } = prepared;
  if (script.fetching !== undefined && driven.run().status !== 'fetching_completed') {
    await driven.enter('fetching');
    await scriptedWait(script.fetching, interrupt);
    await driven.enter('fetching_completed');
  }
  await tasksBeforePlan(driven);
}

/** What follows the fetching: also where a restart interrupted the tasks. */
export async function tasksBeforePlan(driven: Driven<PlanPhaseDeps>): Promise<void> {
  if ((await runTaskStage(driven, 'pre_plan', reopen(driven).script)) === 'stop') return;
  await planFromQueue(driven);
}

/** What follows the tasks before the plan: also called after their override. */
export async function planFromQueue(driven: Driven<PlanPhaseDeps>): Promise<void> {
  const { deps, interrupt } = driven;
  const { work, script } = reopen(driven);
  // After a restart it is in the queue already.
  if (driven.run().status !== 'plan_queued') {
    await driven.enter('queuing');
    movePlan(deps, driven.run(), 'queued');
    await driven.enter('plan_queued');
  }
  const slot = await deps.engine.capacity.take(interrupt);
  let result: PlanResult;
  try {
    movePlan(deps, driven.run(), 'running');
    const run = await driven.enter('planning');
    result = await plan(driven, run, work, script);
  } finally {
    slot.release();
  }
  interrupt.throwIfAborted();
  if (result.kind === 'errored') return failed(driven, result.message);
  await finishPlan(driven, work, result);
  await afterPlan(driven);
}

/** The directory and the script of a run whose configuration is unpacked. */
function reopen(driven: Driven<PlanPhaseDeps>): { work: WorkDir; script: Script } {
  const work = openWorkDir(driven.deps, driven.run());
  return { work, script: driven.deps.scripts.merge(driven.run().workspaceId, readScript(work.directory)) };
}

async function prepare(
  driven: Driven<PlanPhaseDeps>,
): Promise<{ work: WorkDir; script: Script } | { failure: string }> {
  try {
    const work = await prepareWorkDir(driven.deps, driven.run());
    const own = readScript(work.directory);
    return { work, script: driven.deps.scripts.merge(driven.run().workspaceId, own) };
  } catch (error) {
    if (error instanceof ScriptError || error instanceof WorkDirError || error instanceof ArchiveError) {
      return { failure: error.message };
    }
    throw error;
  }
}

/** The configuration cannot be planned at all: the log says why, as if terraform had said it. */
function failPlan(driven: Driven<PlanPhaseDeps>, message: string): void {
  const { deps } = driven;
  const run = driven.run();
  deps.blobs.write('log', run.planId, `\u0002${errorLine(message, driven.output())}\u0003`);
  movePlan(deps, run, 'running');
  failed(driven, message);
}

function failed(driven: Driven<PlanPhaseDeps>, message: string): void {
  const { deps, runId } = driven;
  movePlan(deps, driven.run(), 'errored', { errorMessage: message });
  enter(deps, runId, 'errored', { errorText: message });
}

async function plan(driven: Driven<PlanPhaseDeps>, run: RunRecord, work: WorkDir, script: Script): Promise<PlanResult> {
  const { deps, interrupt, kill } = driven;
  return withLog(deps, run.planId, async (log) => {
    const output = driven.output();
    await scriptedWait(script.plan?.seconds, script.plan?.['ignores-cancel'] ? kill : interrupt);
    if (script.plan?.error !== undefined) {
      log(errorLine(script.plan.error, output));
      return { kind: 'errored', message: script.plan.error };
    }
    placeState(deps, run, work);
    return deps.executor.plan({ ...work, run, output, log, interrupt, kill });
  });
}

async function finishPlan(
  driven: Driven<PlanPhaseDeps>,
  work: WorkDir,
  result: PlanResult & { kind: 'planned' },
): Promise<void> {
  const { deps } = driven;
  const { counts, hasChanges, generatedConfiguration } = result;
  deps.blobs.write('plan-json', driven.run().planId, result.document);
  const plan = deps.store.plans.require(driven.run().planId);
  await keepSchemas(deps, plan, work, result.document).catch(deps.onError);
  movePlan(deps, driven.run(), 'finished', { counts, hasChanges, generatedConfiguration });
  await driven.enter('planned', { hasChanges });
}

/** Checks, then rest, apply or end. An empty plan needs no checks. */
export async function afterPlan(driven: Driven<PlanPhaseDeps>): Promise<void> {
  const { deps, runId } = driven;
  const run = driven.run();
  const empty = !run.hasChanges;
  if (empty && !(run.allowEmptyApply && !run.planOnly)) {
    enter(deps, runId, 'planned_and_finished');
    return;
  }
  if (empty) return decide(driven);
  if ((await runTaskStage(driven, 'post_plan', reopen(driven).script)) === 'stop') return;
  await checksPhase(driven);
}

/** What follows the tasks after the plan: also called after their override. */
export async function checksPhase(driven: Driven<PlanPhaseDeps>): Promise<void> {
  await checkCosts(driven, reopen(driven).script);
  await policiesPhase(driven);
}

/** What follows the cost estimate: also where a restart interrupted the policy check. */
export async function policiesPhase(driven: Driven<PlanPhaseDeps>): Promise<void> {
  if ((await checkPolicies(driven, reopen(driven).script)) === 'stop') return;
  await decide(driven);
}

/** What follows when nothing is left to check: also called after an override. */
export async function decide(driven: Driven<PlanPhaseDeps>): Promise<void> {
  const { deps, runId } = driven;
  const run = driven.run();
  if (run.planOnly) return void enter(deps, runId, 'planned_and_finished');
  if (run.savePlan) {
    await driven.enter('planned_and_saved');
    return void rest(deps, runId, 'confirmation');
  }
  // A plan without changes is only here when the run allows an empty apply: those apply by themselves.
  if (run.autoApply || !run.hasChanges) return deps.engine.confirmByItself(runId);
  rest(deps, runId, 'confirmation');
}
