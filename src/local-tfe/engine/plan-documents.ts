import type { Services } from '../services.ts';
import type { PhaseRecord } from '../store/records.ts';
import { openWorkDir } from './work-dir.ts';

/** The provider schemas of a plan, asked of terraform once. */
export async function schemasOf(services: Services, plan: PhaseRecord): Promise<string> {
  const kept = services.blobs.read('schemas', plan.id);
  if (kept) return kept.toString();
  const run = services.store.runs.require(plan.runId);
  // Of a final run the directory is gone; the built-in provider's schemas need none.
  const work = openWorkDir(services, run);
  const schemas = await services.executor.schemas(work);
  services.blobs.write('schemas', plan.id, schemas);
  return schemas;
}

interface ChangeBody {
  before?: unknown;
  after?: unknown;
  before_sensitive?: unknown;
  after_sensitive?: unknown;
}

/** The document that the terraform CLI renders: the plan without its sensitive values, and the schemas to show it by. */
export async function redactedPlan(services: Services, plan: PhaseRecord): Promise<string> {
  const document = JSON.parse(services.blobs.read('plan-json', plan.id)?.toString() ?? '{}') as Record<string, unknown>;
  const schemas = JSON.parse(await schemasOf(services, plan)) as Record<string, unknown>;
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

const redact = (change: ChangeBody): ChangeBody => ({
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
