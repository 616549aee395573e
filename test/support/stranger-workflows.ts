import { proxyActivities, workflowInfo } from '@temporalio/workflow';

/** What somebody schedules who may use the namespace: one of Runwright's activities, with an input of theirs. */
export interface StrangersCall {
  /** Runwright's queue of the writes. */
  taskQueue: string;
  activity: string;
  input: unknown;
  /** An activity under the name of one of Runwright's that the stranger's own worker answers; it is called before. */
  forged?: string;
}

export async function stranger({ taskQueue, activity, input, forged }: StrangersCall): Promise<unknown> {
  const options = { taskQueue, startToCloseTimeout: '20s', retry: { maximumAttempts: 1 } } as const;
  const own = { ...options, taskQueue: workflowInfo().taskQueue };
  if (forged !== undefined) await proxyActivities<Record<string, () => Promise<unknown>>>(own)[forged]!();
  return await proxyActivities<Record<string, (input: unknown) => Promise<unknown>>>(options)[activity]!(input);
}

/** The same under the name of Runwright's own workflow. */
export async function terraformRun(call: StrangersCall): Promise<unknown> {
  return await stranger(call);
}
