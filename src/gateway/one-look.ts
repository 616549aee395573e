export interface LookLimits {
  /** How many keys may be looked at at the same time. */
  keys: number;
  /** How many items may wait for the next look of a key; the oldest is dropped. */
  waiting: number;
}

interface UnderWay<Asked, Seen> {
  current: Promise<Seen>;
  waiting: Asked[];
  /** The look after the current one, for all items that came meanwhile. */
  next: Promise<Seen> | undefined;
}

/**
 * Allows one look per key at a time. Callers that come during a look share the next one, which begins when this one
 * ends. Answers `undefined` if too many keys are being looked at.
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
