import type { RunwrightClient } from '@runwright/client';

export interface CountedClient {
  client: RunwrightClient;
  /** How often each method was called. */
  calls: Record<string, number>;
  /** How many calls of each method were under way at the same time. */
  peak: Record<string, number>;
}

/** The client itself, with a count of what is asked of it. */
export function countedClient(client: RunwrightClient): CountedClient {
  const [calls, peak, underWay]: Record<string, number>[] = [{}, {}, {}];
  const bump = (counts: Record<string, number>, name: string, by: number): number =>
    (counts[name] = (counts[name] ?? 0) + by);
  const counting = new Proxy(client, {
    get(target, property) {
      const member: unknown = Reflect.get(target, property, target);
      if (typeof member !== 'function') return member;
      const name = String(property);
      return async (...args: unknown[]): Promise<unknown> => {
        bump(calls!, name, 1);
        peak![name] = Math.max(peak![name] ?? 0, bump(underWay!, name, 1));
        try {
          return await (member.apply(target, args) as unknown);
        } finally {
          bump(underWay!, name, -1);
        }
      };
    },
  });
  return { client: counting, calls: calls!, peak: peak! };
}
