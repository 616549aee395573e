import { type RequestView, type RunwrightClient, TemporalUnreachableError } from '@runwright/client';
import type { CliDeps } from '../cli-deps.ts';
import { endingDocument, exitOfEnding } from '../view/describe-ending.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { ExitError } from '../exit-error.ts';
import { showFailureLog } from '../view/failure-log.ts';
import { createProgress } from '../terminal/progress.ts';
import { writeJson, writeLines } from '../terminal/writing.ts';

export interface FollowOptions {
  /** `json`: the ending as one document on standard output, progress on standard error. */
  format: 'text' | 'json';
  /** Whether to print each change as its own document. */
  documents?: 'ending' | 'every-view';
  /** How long Temporal may be silent; default: the client's own limit. */
  patienceMs?: number | undefined;
}

/**
 * Shows a request until it has ended and answers with the exit code of its ending. Ctrl-C leaves the request alone.
 */
export async function follow(
  { id, workflowId }: { id: string; workflowId: string },
  { format, documents = 'ending', patienceMs }: FollowOptions,
  deps: Pick<CliDeps, 'out' | 'err' | 'now' | 'onInterrupt' | 'config' | 'withTfe'> & { client: RunwrightClient },
): Promise<ExitCode> {
  const abort = new AbortController();
  const release = deps.onInterrupt(() => abort.abort());
  const progress = createProgress(format === 'json' ? deps.err : deps.out, deps.now);
  let last: RequestView | undefined;
  try {
    const onSilence = (silence: keyof typeof SILENCE): void => progress.note(SILENCE[silence]);
    const watching = { signal: abort.signal, onSilence, patienceMs };
    for await (const view of deps.client.watch(workflowId, watching)) {
      last = view;
      progress.show(view);
      if (documents === 'every-view') writeJson(deps.out, view);
    }
  } catch (error) {
    const isGivenUp = error instanceof TemporalUnreachableError && last !== undefined;
    if (!abort.signal.aborted) throw isGivenUp ? givenUp(error, id) : error;
    progress.stop();
    writeLines(deps.err, [`the request goes on; come back with: runwright watch ${id}`]);
    return EXIT.interrupted;
  } finally {
    progress.stop();
    release();
  }
  return last?.ending === undefined
    ? EXIT.failed
    : await conclude(last, { id, workflowId }, { format, documents }, deps);
}

const SILENCE = {
  begins: 'Temporal does not answer, trying on; the request goes on meanwhile',
  'is-over': 'Temporal answers again',
} as const;

const givenUp = ({ message }: TemporalUnreachableError, id: string): ExitError =>
  new ExitError('unreachable', `${message}. The request goes on, follow it again with: runwright watch ${id}`);

async function conclude(
  { ending, ...view }: RequestView,
  ids: { id: string; workflowId: string },
  { format, documents }: Required<Pick<FollowOptions, 'format' | 'documents'>>,
  deps: Pick<CliDeps, 'out' | 'err' | 'config' | 'withTfe'>,
): Promise<ExitCode> {
  const { out, err } = deps;
  if (ending === undefined) return EXIT.failed;
  if (format === 'json' && documents === 'ending') writeJson(out, { ...ids, ...endingDocument(ending) });
  if (ending.kind === 'failed') await showFailureLog(ending, ids.id, deps);
  if (format === 'text') {
    if (view.runUrl) writeLines(out, [`   ${view.runUrl}`]);
    for (const warning of view.warnings) writeLines(err, [`   warning: ${warning}`]);
  }
  return EXIT[exitOfEnding(ending)];
}
