import { subscribe } from 'node:diagnostics_channel';
import type { DyingWorker } from './fault-lane.ts';

/** What undici tells of a request. */
interface Told {
  readonly request: { readonly method: string; readonly path: string };
}

const CHANNELS: Record<DyingWorker['dies'], string> = {
  'before sending': 'undici:request:create',
  'before reporting': 'undici:request:trailers',
};

/**
 * The moments of a crash that no signal from outside hits: an activity has begun and TFE has seen nothing, or TFE has
 * answered and Temporal knows nothing.
 */
export function dieWhenTold(told: string | undefined): void {
  if (told === undefined) return;
  const { dies, at } = JSON.parse(told) as DyingWorker;
  const [method, template = ''] = at.split(' ');
  const path = new RegExp(`^(/api/v2)?${template.replaceAll(/:\w+/g, '[^/]+')}(\\?.*)?$`);
  subscribe(CHANNELS[dies], (message) => {
    const { request } = message as Told;
    if (request.method === method && path.test(request.path)) process.kill(process.pid, 'SIGKILL');
  });
}
