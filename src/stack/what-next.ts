import { relative } from 'node:path';
import { ownCommand } from './own-command.ts';
import { projectFile } from './own-files.ts';

export interface UpAndReady {
  /** To be read with `source`. */
  readonly environmentFile: string;
  readonly ui: string | undefined;
  readonly workspace: string;
  /** The variable PATH. */
  readonly path: string | undefined;
}

/** What to try once a stack is up, in another terminal; each line can be pasted. */
export function whatNext({ environmentFile, ui, workspace, path }: UpAndReady): string {
  const example = projectFile('examples/hello');
  const runwright = ownCommand({ directory: process.cwd(), path });
  const fromHere = relative(process.cwd(), example);
  return `
  Until Ctrl-C. In another terminal:

  source ${environmentFile}
  ${runwright} run --workspace ${workspace} --dir ${fromHere.startsWith('..') ? example : fromHere} --key first
  ${runwright} show first       # the plan, and what it waits for
  ${runwright} approve first    # or: reject first --reason 'not now'
  ${runwright} watch first      # to its end
${ui === undefined ? '' : `\n  All requests, in the Temporal UI: ${ui}\n`}`;
}
