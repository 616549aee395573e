import type { RequestContext } from './request-context.ts';
import { isDue } from './prepare.ts';
import { waitInView } from './inbox/wait-in-view.ts';

/** How long TFE has been waited for, until it has unpacked the configuration version. */
export interface Processing {
  processingMs: number;
}

// TFE unpacks within seconds. What was never uploaded stays so for ever: ten minutes, unless the request says otherwise.
const MOST_REFUSED_PAUSES = 10;

/**
 * One pause before the run is asked for again. Each is as long as all before it together, so that ten minutes cost a
 * dozen requests.
 */
export async function untilProcessed(context: RequestContext, processing: Processing): Promise<'waited' | 'too-long'> {
  const { pollMinMs, pollRefusedMs } = context.state.request.timing;
  const { processingMs } = processing;
  if (processingMs >= MOST_REFUSED_PAUSES * pollRefusedMs) return 'too-long';
  const ms = Math.min(Math.max(processingMs, pollMinMs), pollRefusedMs);
  processing.processingMs += ms;
  await waitInView(context, {
    ms,
    summary: 'TFE still processes the configuration version',
    waitingFor: (until) => `TFE to process the configuration version: the run is asked for again at ${until}`,
    unless: () => isDue(context),
  });
  return 'waited';
}
