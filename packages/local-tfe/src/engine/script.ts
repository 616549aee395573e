import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';

const Seconds = z.number().min(0).max(86_400);
const Phase = z.strictObject({
  'ignores-cancel': z.boolean().optional().describe('goes on after a cancel; only a force-cancel ends it'),
  seconds: Seconds.optional().describe('how long it takes at least; a cancel ends it at once'),
  error: z.string().min(1).optional().describe('fails with this message instead of running terraform'),
});

/**
 * `local-tfe.json` beside the configuration's root module, or an override of the control API: what real terraform cannot
 * do on demand. Everything is optional; without it the run goes as terraform makes it go.
 */
export const Script = z.strictObject({
  fetching: Seconds.optional().describe('passes through fetching and fetching_completed, as a VCS run does'),
  plan: Phase.optional(),
  apply: Phase.extend({
    'error-after': z.string().min(1).optional().describe('really applies, then fails with this message'),
  }).optional(),
  'cost-estimate': z
    .strictObject({
      status: z.enum(['finished', 'errored']).default('finished'),
      seconds: Seconds.optional(),
      'prior-monthly-cost': z.string().default('0.0'),
      'proposed-monthly-cost': z.string().default('0.0'),
      error: z.string().optional(),
    })
    .optional()
    .describe('cost_estimating and cost_estimated, also where the organization has not enabled it'),
  policies: z
    .array(
      z.strictObject({
        name: z.string().min(1),
        enforcement: z.enum(['advisory', 'soft-mandatory', 'hard-mandatory']).default('soft-mandatory'),
        result: z.enum(['passed', 'failed']).default('passed'),
      }),
    )
    .optional()
    .describe('Sentinel policies: policy_checking, then policy_checked, policy_override or an error'),
  'policy-seconds': Seconds.optional(),
  'task-stages': z
    .array(
      z.strictObject({
        stage: z.enum(['pre_plan', 'post_plan', 'pre_apply', 'post_apply']),
        seconds: Seconds.optional(),
        result: z.enum(['passed', 'failed', 'errored']).default('passed'),
        enforcement: z.enum(['advisory', 'mandatory', 'overridable']).default('advisory'),
        task: z.string().default('scripted-task'),
      }),
    )
    .optional()
    .describe('run tasks; a failed overridable one waits for its override'),
});

export type Script = z.infer<typeof Script>;

/** What the control API says should happen in a workspace, whose id it has. */
export interface ScriptRecord {
  id: string;
  script: Script;
}

export const SCRIPT_FILE = 'local-tfe.json';

/** Reads the script beside the root module. Throws a sentence for the run's log where the file is wrong. */
export function readScript(directory: string): Script {
  const path = join(directory, SCRIPT_FILE);
  if (!existsSync(path)) return {};
  return parseScript(readFileSync(path, 'utf8'));
}

function parseScript(text: string): Script {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    throw new ScriptError(`${SCRIPT_FILE} is not JSON`);
  }
  const parsed = Script.safeParse(content);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new ScriptError(`${SCRIPT_FILE}: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not understood'}`);
  }
  return parsed.data;
}

/** The scripts of an archive by their directories, the root's is `''`. Those that are wrong are left for the plan to refuse. */
export function scriptsIn(files: ReadonlyMap<string, string>): Record<string, Script> {
  const found: [string, Script][] = [];
  for (const [path, text] of files) {
    try {
      found.push([path === SCRIPT_FILE ? '' : dirname(path), parseScript(text)]);
    } catch (error) {
      if (!(error instanceof ScriptError)) throw error;
    }
  }
  return Object.fromEntries(found);
}

export class ScriptError extends Error {
  override readonly name = 'ScriptError';
}
