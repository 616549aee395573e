/**
 * Why the rules do not allow what was asked: `absent` is not there; `not-now` does not fit the state it is in; `conflict` and
 * `forbidden` say why not; `invalid` is what was sent. What HTTP makes of it, `http/refusal-of.ts` decides.
 */
export type RejectionReason = 'absent' | 'not-now' | 'conflict' | 'forbidden' | 'invalid';

export class Rejection extends Error {
  override readonly name = 'Rejection';
  readonly reason: RejectionReason;
  /** Into the request's document, of what is invalid. */
  readonly pointer: string | undefined;

  constructor(reason: RejectionReason, message: string, pointer?: string) {
    super(message);
    this.reason = reason;
    this.pointer = pointer;
  }
}

export const absent = (what: string): Rejection => new Rejection('absent', `there is no such ${what}`);
export const notNow = (): Rejection => new Rejection('not-now', 'transition not allowed');
