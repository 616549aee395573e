import type { Driven } from './run-driver.ts';
import type { Script } from './script.ts';

export type Verdict = 'go-on' | 'stop';
export type Stage = 'pre_plan' | 'post_plan' | 'pre_apply' | 'post_apply';

export async function runTaskStage(_driven: Driven, _stage: Stage, _script: Script): Promise<Verdict> {
  return 'go-on';
}
export async function checkCosts(_driven: Driven, _script: Script): Promise<void> {}
export async function checkPolicies(_driven: Driven, _script: Script): Promise<Verdict> {
  return 'go-on';
}
