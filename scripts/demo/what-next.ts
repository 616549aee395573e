export interface Held {
  /** To be read with `source`. */
  readonly environmentFile: string;
  readonly temporalUi: string;
  readonly organization: string;
  readonly workspace: string;
}

/** What to try while the stack is up, in another terminal; each line can be pasted. */
export const whatNext = ({ environmentFile, temporalUi, organization, workspace }: Held): string => `
   The stack stays up until Ctrl-C. In another terminal, in this folder:

   source ${environmentFile}
   bin/runwright.js run --organization ${organization} --workspace ${workspace} \\
     --dir examples/hello --var 'audience="you"' --key second
   bin/runwright.js show second             # the plan, and what it waits for
   bin/runwright.js approve second          # or: reject second --reason 'not now'
   bin/runwright.js watch second            # to its end
   bin/runwright.js outputs second
   bin/runwright.js list
   bin/runwright.js doctor

   By hand: open ${temporalUi}, choose a workflow, "Send a Signal",
   name approve, data {"runId": "run-…", "by": "you"}.
`;
