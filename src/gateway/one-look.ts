export interface LookLimits {
  /** Keys that are looked at at the same time. */
  keys: number;
  /** What waits for the next look of a key; the oldest goes. */
  waiting: number;
}

interface UnderWay<Asked, Seen> {
  current: Promise<Seen>;
  waiting: Asked[];
  /** The look after the current one, for all that came meanwhile. */
  next: Promise<Seen> | undefined;
}

/**
 * One look per key under way, however many ask: who comes meanwhile shares the next one, which begins when this one has ended.
 * Answers `undefined` where too many keys are being looked at.
 */
export function createOneLook<Asked, Seen>(
  look: (key: string, asked: readonly Asked[]) => Promise<Seen>,
  limits: LookLimits,
): (key: string, asked: Asked) => Promise<Seen> | undefined {
  const underWay = new Map<string, UnderWay<Asked, Seen>>();

  const begin = (key: string, asked: readonly Asked[]): Promise<Seen> =>
    look(key, asked).finally(() => {
      if (underWay.get(key)?.next === undefined) underWay.delete(key);
    });

  return (key, asked) => {
    const known = underWay.get(key);
    if (known === undefined) {
      if (underWay.size >= limits.keys) return undefined;
      const current = begin(key, [asked]);
      underWay.set(key, { current, waiting: [], next: undefined });
      return current;
    }
    known.waiting.push(asked);
    if (known.waiting.length > limits.waiting) known.waiting.shift();
    const again = (): Promise<Seen> => {
      const { waiting } = known;
      Object.assign(known, { waiting: [], next: undefined });
      return (known.current = begin(key, waiting));
    };
    return (known.next ??= known.current.then(again, again));
  };
}
