import { z } from 'zod';
import type { ResourceCounts } from '../plan-and-apply/phase-record.ts';
import { NOTHING } from '../engine/executor.ts';

const Line = z.looseObject({
  '@level': z.string(),
  '@message': z.string(),
  type: z.string().optional(),
  changes: z
    .object({
      add: z.number(),
      change: z.number(),
      remove: z.number(),
      import: z.number().default(0),
      operation: z.string(),
    })
    .optional(),
  hook: z.object({ action: z.string().optional() }).optional(),
  diagnostic: z.object({ severity: z.string(), summary: z.string(), detail: z.string().default('') }).optional(),
});

function structuredLines(output: string): z.infer<typeof Line>[] {
  return output.split('\n').flatMap((line) => {
    if (!line.startsWith('{')) return [];
    try {
      const parsed = Line.safeParse(JSON.parse(line));
      return parsed.success ? [parsed.data] : [];
    } catch {
      return [];
    }
  });
}

/** What an apply did, also a failed one: terraform's summary, or the completions that were reported before it broke off. */
export function readCounts(output: string): ResourceCounts {
  const lines = structuredLines(output);
  const summary = lines.findLast(
    (line) => line.type === 'change_summary' && line.changes?.operation !== 'plan',
  )?.changes;
  if (summary) {
    return {
      additions: summary.add,
      changes: summary.change,
      destructions: summary.remove,
      imports: summary.import,
    };
  }
  const text = /Apply complete! Resources: (?:(\d+) imported, )?(\d+) added, (\d+) changed, (\d+) destroyed/.exec(
    output,
  );
  if (text) {
    return {
      imports: Number(text[1] ?? 0),
      additions: Number(text[2]),
      changes: Number(text[3]),
      destructions: Number(text[4]),
    };
  }
  const completed = lines.filter((line) => line.type === 'apply_complete').map((line) => line.hook?.action);
  const count = (action: string, words: RegExp): number =>
    completed.filter((done) => done === action).length + (output.match(words)?.length ?? 0);
  return {
    ...NOTHING,
    additions: count('create', /: Creation complete after/g),
    changes: count('update', /: Modifications complete after/g),
    destructions: count('delete', /: Destruction complete after/g),
  };
}

/** Terraform's first error: `Invalid reference: ...`. */
export function readFailure(output: string): string | undefined {
  const diagnostic = structuredLines(output).find((line) => line.diagnostic?.severity === 'error')?.diagnostic;
  if (diagnostic) return [diagnostic.summary, diagnostic.detail].filter((part) => part !== '').join(': ');
  return /Error: (.+)/.exec(output)?.[1];
}
