/** The control API of the local TFE: what it saw, and faults that it is told to have. */
export interface TfeControl {
  readonly address: string;
  readonly token: string;
}

export interface RequestSeen {
  readonly kind: 'request';
  readonly seq: number;
  /** `POST /runs` */
  readonly route: string;
  readonly path: string;
  /** ISO 8601, when it arrived. */
  readonly at: string;
}

export interface StatusSeen {
  readonly kind: 'run-status';
  readonly seq: number;
  readonly runId: string;
  readonly status: string;
  readonly at: string;
}

type Seen =
  RequestSeen | StatusSeen | { readonly kind: 'person' | 'outage' | 'delivery' | 'fault'; readonly seq: number };

/** Everything that the TFE saw after that number. */
export async function seenAfter(tfe: TfeControl, after: number): Promise<readonly Seen[]> {
  const { entries } = (await control(tfe, 'GET', `/journal?after=${after}`)) as { entries: Seen[] };
  return entries;
}

/** The number of the last thing that was seen. */
export const lastSeen = async (tfe: TfeControl): Promise<number> => (await seenAfter(tfe, 0)).at(-1)?.seq ?? 0;

/** The next `POST /runs` takes effect, and its answer is lost. */
export async function loseNextAnswerToCreate(tfe: TfeControl): Promise<void> {
  await control(tfe, 'POST', '/faults', { match: 'POST /runs', fault: 'drop-after-commit' });
}

async function control({ address, token }: TfeControl, method: string, path: string, body?: object): Promise<unknown> {
  const answer = await fetch(`${address}/_control${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${method} ${path} of the control API: HTTP ${answer.status}`);
  return answer.json();
}
