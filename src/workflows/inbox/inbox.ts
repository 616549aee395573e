/**
 * What has come from outside and is not taken in yet: signals, updates, the cancellation, timers that rang. The
 * workflow takes it in where it stands still, in order of arrival (stand-still.ts says why).
 */
export class Inbox {
  private items: (() => void)[] = [];
  private closed = false;

  /** Resolves with the result of `take` once the workflow has taken the item in. */
  put<Taken>(take: () => Taken): Promise<Awaited<Taken>> {
    return new Promise((resolve, reject) => {
      const item = (): void => {
        try {
          resolve(take() as Awaited<Taken>);
        } catch (error) {
          reject(error);
        }
      };
      if (this.closed) item();
      else this.items.push(item);
    });
  }

  get isEmpty(): boolean {
    return this.items.length === 0;
  }

  takeIn(): void {
    for (const item of this.items.splice(0)) item();
  }

  /** The workflow is over: from now on every item is answered at once. */
  close(): void {
    this.closed = true;
    this.takeIn();
  }
}
