import type { RunEnding } from '@runwright/client';
import type { FailureFacts } from '@runwright/client/contract';
import type { TfeClient } from '../../tfe/client.ts';
import { TfeError } from '../../tfe/http/tfe-error.ts';
import type { CliDeps } from '../cli-deps.ts';
import { readLogLine } from './log-lines.ts';
import { explainTfeError } from '../report-error.ts';
import { writeLines, writeLogLine } from '../terminal/writing.ts';

type Failure = Extract<RunEnding, { kind: 'failed' }>;

// A screen or two. `runwright logs` shows more.
const MAX_TAIL_BYTES = 8_192;
const MARGIN = ' '.repeat(6);

/**
 * Why a plan or apply failed: the end of its log as TFE shows it to the caller's own token. Without that log, what the
 * request kept of it, and how to see the rest. Never rejects: the ending is shown whether or not its log can be read.
 */
export async function showFailureLog(
  { facts }: Failure,
  id: string,
  { err, config, withTfe }: Pick<CliDeps, 'err' | 'config' | 'withTfe'>,
): Promise<void> {
  if (facts.planId === undefined && facts.applyId === undefined) return;
  const command = `runwright logs ${id} --of ${facts.applyId === undefined ? 'plan' : 'apply'}`;
  const withoutLog = (why: string): void => writeLines(err, [...errorLines(facts), `   ${why}: ${command}`]);
  if (config().tfe === undefined) return withoutLog('its log is read with your own TFE_TOKEN');
  try {
    const text = await withTfe((tfe) => readEnd(tfe, facts));
    if (text === undefined) return withoutLog('TFE gives no log yet');
    writeLines(err, ['']);
    for (const line of text.trim().split('\n').flatMap(readLogLine)) writeLogLine(err, line, MARGIN);
  } catch (error) {
    const why = error instanceof TfeError ? explainTfeError(error).sentence : 'TFE could not be asked';
    withoutLog(`its log could not be read (${why})`);
  }
}

/** The errors that the request kept of its failed plan or apply, one line each. */
export const errorLines = ({ errors = [] }: FailureFacts): string[] =>
  errors.map(({ summary, address }) => `${summary}${address ? `, with ${address}` : ''}`).map((line) => MARGIN + line);

async function readEnd(tfe: TfeClient, { planId, applyId }: FailureFacts): Promise<string | undefined> {
  const { logUrl } = await (applyId === undefined ? tfe.plans.read(planId!) : tfe.applies.read(applyId));
  return logUrl && (await tfe.logs.readTail(logUrl, { maxBytes: MAX_TAIL_BYTES }));
}
