import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Blobs } from '../store/blobs.ts';
import type { Executor } from '../engine/executor.ts';
import type { PhaseRecord } from './phase-record.ts';
import type { WorkDir } from '../engine/work-dir.ts';

export interface PlanDocumentsDeps {
  blobs: Blobs;
  executor: Executor;
  workRoot: string;
}

const BUILT_IN = 'terraform.io/builtin/terraform';

/**
 * Keeps the schemas of a plan that uses installed providers: only now is there a directory in which terraform can name them.
 * The built-in provider's are asked for when somebody wants them.
 */
export async function keepSchemas(
  deps: PlanDocumentsDeps,
  plan: PhaseRecord,
  work: WorkDir,
  document: string,
): Promise<void> {
  const { resource_changes } = PlanProviders.parse(JSON.parse(document));
  if (resource_changes.every(({ provider_name }) => provider_name === BUILT_IN)) return;
  deps.blobs.write('schemas', plan.id, await deps.executor.schemas(work));
}

const PlanProviders = z.object({ resource_changes: z.array(z.object({ provider_name: z.string() })).default([]) });

/** The provider schemas of a plan. */
export async function schemasOf(deps: PlanDocumentsDeps, plan: Pick<PhaseRecord, 'id'>): Promise<string> {
  const kept = deps.blobs.read('schemas', plan.id);
  if (kept) return kept.toString();
  const schemas = await builtInSchemas(deps);
  deps.blobs.write('schemas', plan.id, schemas);
  return schemas;
}

const builtIn = new WeakMap<Executor, Promise<string>>();

/** Asked for once: two at a time would write the configuration under each other's eyes, and terraform found it empty. */
function builtInSchemas({ executor, workRoot }: PlanDocumentsDeps): Promise<string> {
  const asked = builtIn.get(executor);
  if (asked) return asked;
  const directory = join(workRoot, 'built-in');
  mkdirSync(directory, { recursive: true });
  // Terraform names the schemas of what a configuration uses.
  writeFileSync(join(directory, 'main.tf'), 'resource "terraform_data" "any" {}\n');
  const schemas = executor.schemas({ directory, scratch: directory });
  builtIn.set(executor, schemas);
  schemas.catch(() => builtIn.delete(executor)); // the next one asks again
  return schemas;
}

export interface ChangeBody {
  before?: unknown;
  after?: unknown;
  before_sensitive?: unknown;
  after_sensitive?: unknown;
}

/** `terraform show -json PLAN`, kept when the plan was finished. */
export const planDocument = (deps: PlanDocumentsDeps, plan: PhaseRecord): Record<string, unknown> =>
  JSON.parse(deps.blobs.read('plan-json', plan.id)?.toString() ?? '{}') as Record<string, unknown>;

/** The document that the terraform CLI renders: the plan without its sensitive values, and the schemas to show it by. */
export async function redactedPlan(deps: PlanDocumentsDeps, plan: PhaseRecord): Promise<string> {
  const document = planDocument(deps, plan);
  const schemas = JSON.parse(await schemasOf(deps, plan)) as Record<string, unknown>;
  const changes = (list: unknown): unknown[] =>
    ((list ?? []) as { change: ChangeBody }[]).map((entry) => ({ ...entry, change: redact(entry.change) }));
  const outputs = Object.entries((document['output_changes'] ?? {}) as Record<string, ChangeBody>);
  return JSON.stringify({
    plan_format_version: document['format_version'],
    output_changes: Object.fromEntries(outputs.map(([name, change]) => [name, redact(change)])),
    resource_changes: changes(document['resource_changes']),
    resource_drift: changes(document['resource_drift']),
    relevant_attributes: document['relevant_attributes'] ?? [],
    provider_format_version: schemas['format_version'],
    provider_schemas: schemas['provider_schemas'] ?? {},
  });
}

/** A change whose values that are marked as sensitive are null. */
export const redact = (change: ChangeBody): ChangeBody => ({
  ...change,
  before: mask(change.before, change.before_sensitive),
  after: mask(change.after, change.after_sensitive),
});

/** Values that the sensitivity tree marks with `true` become null, at any depth. */
export function mask(value: unknown, sensitive: unknown): unknown {
  if (sensitive === true) return null;
  if (typeof value !== 'object' || value === null || typeof sensitive !== 'object' || sensitive === null) return value;
  if (Array.isArray(value)) return value.map((item, index) => mask(item, (sensitive as unknown[])[index]));
  const marks = sensitive as Record<string, unknown>;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mask(item, marks[key])]));
}
