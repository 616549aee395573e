import type { PauseScope } from '@runwright/client';
import type { CliDeps } from '../cli-deps.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { ExitError } from '../exit-error.ts';
import { warnOfWorkspace } from './warn-of-workspace.ts';
import { writeJson, writeLines } from '../terminal/writing.ts';

export interface PauseFlags {
  organization?: string;
  workspace?: string;
  by?: string;
  reason?: string;
  json?: true;
}

const TFE_NAME = /^[A-Za-z0-9_-]{1,90}$/;

/** `runwright pause`: holds every apply of the installation, or of one workspace. Plans go on. */
export async function pause(flags: PauseFlags, deps: CliDeps): Promise<ExitCode> {
  const scope = scopeOf(flags, deps);
  const by = flags.by ?? deps.user;
  // A person who mistypes the name would wrongly believe that applies are held.
  if (scope.kind === 'workspace') await warnOfWorkspace(scope, 'the pause is set all the same', deps);
  return await deps.withClient(async (client) => {
    const state = await client.pause({ scope, by, ...(flags.reason && { reason: flags.reason }) });
    const sentence = state === 'paused' ? 'applies are paused' : 'applies were paused already';
    tell({ state, scope, sentence: `${sentence} ${describeScope(scope)}` }, flags, deps);
    return EXIT.ok;
  });
}

/** `runwright resume`: lets the applies go on. */
export async function resume(flags: PauseFlags, deps: CliDeps): Promise<ExitCode> {
  const scope = scopeOf(flags, deps);
  return await deps.withClient(async (client) => {
    const state = await client.resume({ scope, by: flags.by ?? deps.user });
    const sentence = state === 'resumed' ? 'applies go on' : 'applies were not paused';
    tell({ state, scope, sentence: `${sentence} ${describeScope(scope)}` }, flags, deps);
    return EXIT.ok;
  });
}

function scopeOf({ organization, workspace }: PauseFlags, { config }: CliDeps): PauseScope {
  if (workspace === undefined) {
    if (organization === undefined) return { kind: 'installation' };
    throw new ExitError('usage', 'an organization cannot be paused as a whole: give --workspace, or neither');
  }
  const named = organization ?? config().organization;
  if (named === undefined)
    throw new ExitError('usage', 'which organization? Give --organization, or set TFE_ORGANIZATION');
  for (const name of [named, workspace]) {
    if (!TFE_NAME.test(name)) throw new ExitError('usage', `"${name}" is no name in TFE: letters, digits, "_" and "-"`);
  }
  return { kind: 'workspace', organization: named, workspace };
}

const describeScope = (scope: PauseScope): string =>
  scope.kind === 'installation' ? 'in all workspaces' : `in ${scope.organization}/${scope.workspace}`;

function tell(
  said: { state: string; scope: PauseScope; sentence: string },
  { json }: PauseFlags,
  { out }: CliDeps,
): void {
  if (json) writeJson(out, { state: said.state, scope: said.scope });
  else writeLines(out, [said.sentence]);
}
