import { TfeError } from '../../tfe/http/tfe-error.ts';
import type { CliDeps } from '../cli-deps.ts';
import { inTime } from './doctor-deadline.ts';
import { writeLines } from '../terminal/writing.ts';

interface NamedWorkspace {
  organization: string;
  workspace: string;
}

/**
 * Warns of a mistyped name and of a token that TFE refuses, and of nothing else. Never stops a command: workers have
 * their own token, and commands must also work while TFE is down, without a token, and with one that may see little.
 */
export async function warnOfWorkspace(named: NamedWorkspace, allTheSame: string, deps: CliDeps): Promise<void> {
  if (deps.config().tfe === undefined) return;
  const seen = await inTime(lookFor(named, deps), () => undefined);
  if (seen !== undefined) writeLines(deps.err, [`warning: ${seen}; ${allTheSame}`]);
}

/** What keeps this token from seeing the workspace, and what to do; undefined if it sees it, or TFE says nothing. */
async function lookFor({ organization, workspace }: NamedWorkspace, { withTfe }: CliDeps): Promise<string | undefined> {
  try {
    await withTfe((tfe) => tfe.workspaces.readByName(organization, workspace));
    return undefined;
  } catch (error) {
    if (!(error instanceof TfeError)) throw error;
    if (error.kind === 'unauthorized') {
      return 'TFE refuses your token (401): set TFE_TOKEN (or the file RUNWRIGHT_TFE_TOKEN_FILE) to a valid one';
    }
    if (error.kind !== 'not-found' && error.kind !== 'forbidden') return undefined;
    return `TFE shows no workspace ${organization}/${workspace} to this token: check its name, and what the token may see`;
  }
}
