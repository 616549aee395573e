import type { RequestContext } from './request-context.ts';
import { isDue } from './prepare.ts';
import { waitInView } from './inbox/wait-in-view.ts';

/** How long we have waited for TFE to unpack the configuration version. */
export interface Processing {
  processingMs: number;
}

// TFE unpacks within seconds, but never what was not uploaded: we wait ten minutes, unless the request says otherwise.
const MOST_REFUSED_PAUSES = 10;

/**
 * One pause before we ask for the run again. Each is as long as all before it together, so that ten minutes cost a
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
