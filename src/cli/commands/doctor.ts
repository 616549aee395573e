import { RunwrightClientError } from '@runwright/client';
import type { Check, TemporalDiagnosis } from '../../temporal/doctor.ts';
import type { CliDeps } from '../cli-deps.ts';
import { checkArchiveDirectory } from './doctor-archive.ts';
import { inTime, lateCheck } from './doctor-deadline.ts';
import { checkTfe, type AskedWorkspace, type TfeDiagnosis } from './doctor-tfe.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { checkOthers, lookForOthers } from './other-namespaces.ts';
import { explain } from '../report-error.ts';
import { painted, writeJson, writeLines, type Line } from '../terminal/writing.ts';

export interface DoctorFlags extends AskedWorkspace {
  json?: true;
}

/** `runwright doctor`: checks everything that a run needs, and says what to do about each fault. */
export async function doctor(flags: DoctorFlags, deps: CliDeps): Promise<ExitCode> {
  const config = deps.config();
  const [temporal, tfe, archive] = await Promise.all([
    checkTemporal(deps),
    checkTfe(flags, deps),
    checkArchives(config.archiveDirectory),
  ]);
  const unknown = config.unknownSettings.map((name): Check => ({
    name: 'settings',
    state: 'warning',
    found: `${name} is set, and nobody reads it`,
    todo: 'check its spelling',
  }));
  const checks = [
    ...temporal.checks,
    ...tfe.checks,
    ...(await checkInstallation(temporal, tfe, deps)),
    archive,
    ...unknown,
  ];
  if (flags.json) writeJson(deps.out, { ok: checks.every(({ state }) => state !== 'failed'), checks });
  else writeLines(deps.out, checks.flatMap(linesOf));
  if (temporal.isUnreachable || tfe.isUnreachable) return EXIT.unreachable;
  return checks.some(({ state }) => state === 'failed') ? EXIT.usage : EXIT.ok;
}

interface ReachedTemporal extends TemporalDiagnosis {
  isUnreachable: boolean;
}

async function checkTemporal({ inspectTemporal }: CliDeps): Promise<ReachedTemporal> {
  const late = (): ReachedTemporal => ({ checks: [lateCheck('temporal')], isUnreachable: true });
  const inspect = async (): Promise<ReachedTemporal> => ({ ...(await inspectTemporal()), isUnreachable: false });
  try {
    return await inTime(inspect(), late);
  } catch (error) {
    if (!(error instanceof RunwrightClientError)) throw error;
    const [found = '', todo] = explain(error).sentence.split(': ', 2);
    return { checks: [{ name: 'temporal', state: 'failed', found, ...(todo && { todo }) }], isUnreachable: true };
  }
}

/** Needs the namespace's id and a TFE that takes the token. If one is missing, another check reports it. */
async function checkInstallation({ ours }: ReachedTemporal, tfe: TfeDiagnosis, deps: CliDeps): Promise<Check[]> {
  if (ours === undefined || !tfe.isTokenAccepted) return [];
  const look = async (): Promise<Check> => checkOthers(ours, await lookForOthers(ours, deps));
  return [await inTime(look(), () => lateCheck('installation'))];
}

async function checkArchives(directory: string): Promise<Check> {
  const given = new AbortController();
  return await inTime(checkArchiveDirectory(directory, given.signal), () => {
    given.abort();
    return lateCheck('archives');
  });
}

const SIGNS = { ok: '✔', warning: '!', failed: '✘' } as const;

function linesOf({ name, state, found, todo }: Check): Line[] {
  const paint = ({ ok: 'green', warning: 'yellow', failed: 'red' } as const)[state];
  const line = [' ', painted(paint, SIGNS[state]), ` ${name.padEnd(18)} ${found}`];
  return todo === undefined ? [line] : [line, `   ${' '.repeat(18)} → ${todo}`];
}
