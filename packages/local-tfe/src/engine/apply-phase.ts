import type { ChecksDeps } from '../check/run-checks.ts';
import type { LogsDeps } from './logs.ts';
import type { StateDeps } from '../state/save-state.ts';
import type { WorkDirDeps } from './work-dir.ts';
import type { Store } from '../store/store.ts';
import type { Executor } from './executor.ts';
import type { RunEngine } from './run-engine.ts';
import type { Scripts } from '../control/scripts.ts';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunRecord } from '../run/run-record.ts';
import { runTaskStage } from '../check/run-checks.ts';
import type { ApplyResult } from './executor.ts';
import { NOTHING } from './executor.ts';
import { errorLine, scriptedWait, withLog } from './logs.ts';
import type { Driven } from './run-driver.ts';
import { readScript } from './script.ts';
import type { Script } from './script.ts';
import { saveState } from '../state/save-state.ts';
import { isFinal } from '../run/run-statuses.ts';
import { enter, moveApply } from '../run/transitions.ts';
import { openWorkDir, placeState } from './work-dir.ts';
import type { WorkDir } from './work-dir.ts';

export interface ApplyPhaseDeps extends ChecksDeps, LogsDeps, StateDeps, WorkDirDeps {
  store: Store;
  executor: Executor;
  engine: RunEngine;
  scripts: Scripts;
}

/** From confirmed to applied. */
export async function applyPhase(driven: Driven<ApplyPhaseDeps>): Promise<void> {
  const { script } = reopen(driven);
  if ((await runTaskStage(driven, 'pre_apply', script)) === 'stop') return;
  await applyFromQueue(driven);
}

/** What follows the tasks before the apply: also called after their override. */
export async function applyFromQueue(driven: Driven<ApplyPhaseDeps>): Promise<void> {
  const { deps, interrupt } = driven;
  const { work, script } = reopen(driven);
  // After a restart it is in the queue already.
  if (driven.run().status !== 'apply_queued') {
    await driven.enter('queuing_apply');
    moveApply(deps, driven.run(), 'queued');
    await driven.enter('apply_queued');
  }
  const slot = await deps.engine.capacity.take(interrupt);
  let result: ApplyResult;
  try {
    moveApply(deps, driven.run(), 'running');
    const run = await driven.enter('applying');
    result = await apply(driven, run, work, script);
  } finally {
    slot.release();
  }
  await finishApply(driven, result);
}

function reopen({ deps, run }: Driven<ApplyPhaseDeps>): { work: WorkDir; script: Script } {
  const work = openWorkDir(deps, run());
  return { work, script: deps.scripts.merge(run().workspaceId, readScript(work.directory)) };
}

async function apply(
  driven: Driven<ApplyPhaseDeps>,
  run: RunRecord,
  work: WorkDir,
  script: Script,
): Promise<ApplyResult> {
  const { deps, interrupt, kill } = driven;
  const output = driven.output();
  return withLog(deps, run.applyId, async (log) => {
    await scriptedWait(script.apply?.seconds, script.apply?.['ignores-cancel'] ? kill : interrupt);
    if (script.apply?.error !== undefined) {
      log(errorLine(script.apply.error, output));
      return { kind: 'errored', message: script.apply.error, counts: NOTHING };
    }
    const plan = deps.store.plans.require(run.planId);
    if (plan.generatedConfiguration) {
      const message = 'the plan has generated configuration, which must be added to the configuration before an apply';
      log(errorLine(message, output));
      return { kind: 'errored', message, counts: NOTHING };
    }
    placeState(deps, run, work);
    const result = await deps.executor.apply({ ...work, run, output, log, interrupt, kill });
    // Also after a failure: what was done before it is in the state.
    keepState(driven, work);
    const scripted = script.apply?.['error-after'];
    if (scripted === undefined) return result;
    log(errorLine(scripted, output));
    return { kind: 'errored', message: scripted, counts: result.counts };
  });
}

function keepState(driven: Driven<ApplyPhaseDeps>, work: WorkDir): void {
  const { deps } = driven;
  const run = driven.run();
  if (isFinal(run.status)) return; // ended by force: somebody else may hold the workspace by now
  let state: Buffer;
  try {
    state = readFileSync(join(work.directory, 'terraform.tfstate'));
  } catch {
    return; // nothing was ever created
  }
  const version = saveState(deps, { workspaceId: run.workspaceId, runId: run.id, userId: run.createdBy, state });
  if (!version) return;
  const apply = deps.store.applies.require(run.applyId);
  deps.store.applies.update(apply.id, { stateVersionIds: [...apply.stateVersionIds, version.id] });
}

async function finishApply(driven: Driven<ApplyPhaseDeps>, result: ApplyResult): Promise<void> {
  const { deps, runId, interrupt } = driven;
  if (result.kind === 'errored') {
    moveApply(deps, driven.run(), interrupt.aborted ? 'canceled' : 'errored', {
      counts: result.counts,
      errorMessage: result.message,
    });
    interrupt.throwIfAborted();
    enter(deps, runId, 'errored', { errorText: result.message });
    return;
  }
  // A cancel that came too late changes nothing: the infrastructure was changed, and TFE says so.
  moveApply(deps, driven.run(), 'finished', { counts: result.counts });
  await afterApply(driven);
}

/** What follows a finished apply: also after a restart. Whatever happens now, the infrastructure is changed. */
export async function afterApply(driven: Driven<ApplyPhaseDeps>): Promise<void> {
  const { deps, runId, interrupt } = driven;
  const isLeft = !interrupt.aborted && driven.run().status !== 'post_apply_completed';
  if (isLeft) await runTaskStage(driven, 'post_apply', reopen(driven).script);
  deps.store.transaction(() => {
    const run = driven.run();
    const version = deps.store.configurationVersions.require(run.configurationVersionId);
    if (version.provisional) {
      deps.store.workspaces.update(run.workspaceId, { currentConfigurationVersionId: version.id });
    }
    enter(deps, runId, 'applied');
  });
}
