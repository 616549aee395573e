/** Slots for terraform processes: first come, first served. */
export function createCapacity(size: number) {
  let limit = size;
  let taken = 0;
  let waiting: (() => void)[] = [];

  const wake = (): void => {
    while (taken < limit && waiting.length > 0) waiting.shift()?.();
  };

  return {
    /** Waits for a slot; rejects with the signal's reason when the run is canceled meanwhile. */
    async take(signal: AbortSignal): Promise<{ release: () => void }> {
      signal.throwIfAborted();
      if (taken >= limit) {
        await new Promise<void>((resolve, reject) => {
          const turn = (): void => {
            signal.removeEventListener('abort', leave);
            taken += 1;
            resolve();
          };
          const leave = (): void => {
            waiting = waiting.filter((other) => other !== turn);
            reject(signal.reason as Error);
          };
          signal.addEventListener('abort', leave, { once: true });
          waiting.push(turn);
        });
      } else taken += 1;
      let released = false;
      return {
        release: () => {
          if (released) return;
          released = true;
          taken -= 1;
          wake();
        },
      };
    },
    resize(to: number): void {
      limit = to;
      wake();
    },
    state: () => ({ limit, running: taken, waiting: waiting.length }),
  };
}

export type Capacity = ReturnType<typeof createCapacity>;
