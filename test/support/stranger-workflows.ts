import { proxyActivities } from '@temporalio/workflow';

/** What somebody schedules who may use the namespace: one of Runwright's activities, with an input of theirs. */
export interface StrangersCall {
  /** Runwright's queue of the writes. */
  taskQueue: string;
  activity: string;
  input: unknown;
}

export async function stranger({ taskQueue, activity, input }: StrangersCall): Promise<unknown> {
  const options = { taskQueue, startToCloseTimeout: '20s', retry: { maximumAttempts: 1 } } as const;
  return await proxyActivities<Record<string, (input: unknown) => Promise<unknown>>>(options)[activity]!(input);
}

/** The same under the name of Runwright's own workflow. */
export async function terraformRun(call: StrangersCall): Promise<unknown> {
  return await stranger(call);
}
