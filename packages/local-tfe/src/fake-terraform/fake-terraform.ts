import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunRecord } from '../run/run-record.ts';
import type { Executor, Job, PlanResult } from '../engine/executor.ts';
import { HclError } from './hcl.ts';
import { errorLine } from '../engine/logs.ts';
import { summarizePlan } from '../terraform/plan-summary.ts';
import { LIMITS, readConfiguration, typeOf } from './read-configuration.ts';
import type { LiteralConfiguration, LiteralResource, Value } from './read-configuration.ts';
import { StateFile } from '../state/save-state.ts';

// The version whose plan and state formats are written.
const FORMAT_VERSION = '1.11.4';
const PROVIDER = 'provider["terraform.io/builtin/terraform"]';

interface Attributes {
  id: string;
  input: unknown;
  output: unknown;
  triggers_replace: unknown;
}

type Action = 'create' | 'update' | 'delete' | 'replace' | 'no-op';

interface Change {
  address: string;
  name: string;
  action: Action;
  wanted: LiteralResource | undefined;
  before: Attributes | undefined;
}

const attribute = (type: string, use: 'optional' | 'computed') => ({ type, description_kind: 'plain', [use]: true });
const SCHEMAS = {
  format_version: '1.0',
  provider_schemas: {
    'terraform.io/builtin/terraform': {
      resource_schemas: {
        terraform_data: {
          version: 0,
          block: {
            attributes: {
              id: attribute('string', 'computed'),
              input: attribute('dynamic', 'optional'),
              output: attribute('dynamic', 'computed'),
              triggers_replace: attribute('dynamic', 'optional'),
            },
          },
        },
      },
    },
  },
};

/** Plans and applies without terraform: literal resources only, and it says so in every log. */
export function createFakeTerraform(): Executor {
  return {
    name: 'simulated',
    version: FORMAT_VERSION,
    plan: (job) => Promise.resolve(plan(job)),
    apply: (job) => {
      say(job, 'Simulated engine: neither terraform nor tofu runs here.');
      const { configuration, changes } = planned(job);
      for (const change of changes)
        if (change.action !== 'no-op') say(job, `${change.address}: ${change.action} complete`);
      writeState(job, configuration, changes);
      const { counts } = summarizePlan(planDocument(job, configuration, changes), job.run);
      const { additions, changes: changed, destructions } = counts;
      say(job, `Apply complete! Resources: ${additions} added, ${changed} changed, ${destructions} destroyed.`);
      return Promise.resolve({ kind: 'applied', counts });
    },
    schemas: () => Promise.resolve(JSON.stringify(SCHEMAS)),
    describeState: (state) => {
      const { outputs, terraform_version } = StateFile.parse(JSON.parse(Buffer.from(state).toString()));
      return Promise.resolve(JSON.stringify({ format_version: '1.0', terraform_version, values: { outputs } }));
    },
  };
}

function plan(job: Job): PlanResult {
  say(job, `Simulated engine: neither terraform nor tofu runs here. ${LIMITS}`);
  try {
    const { configuration, changes } = planned(job);
    const document = planDocument(job, configuration, changes);
    const summary = summarizePlan(document, job.run);
    const { additions, changes: changed, destructions } = summary.counts;
    for (const change of changes)
      if (change.action !== 'no-op') say(job, `${change.address}: plan to ${change.action}`);
    say(job, `Plan: ${additions} to add, ${changed} to change, ${destructions} to destroy.`);
    return { kind: 'planned', document, ...summary, generatedConfiguration: false };
  } catch (error) {
    if (!(error instanceof HclError)) throw error;
    const message = `${error.message}. ${LIMITS}`;
    job.log(errorLine(message, job.output));
    return { kind: 'errored', message };
  }
}

function say(job: Job, message: string): void {
  const line = { '@level': 'info', '@message': message, '@module': 'local-tfe.simulation', type: 'log' };
  job.log(job.output === 'structured' ? `${JSON.stringify(line)}\n` : `${message}\n`);
}

function readState(job: Job): StateFile | undefined {
  const path = join(job.directory, 'terraform.tfstate');
  return existsSync(path) ? StateFile.parse(JSON.parse(readFileSync(path, 'utf8'))) : undefined;
}

function planned(job: Job): { configuration: LiteralConfiguration; changes: Change[] } {
  const configuration = readConfiguration(job.directory, job.environment);
  const known = new Map(
    (readState(job)?.resources ?? []).map(({ name, instances }) => {
      const instance = instances[0] as { attributes: Attributes } | undefined;
      return [name, instance?.attributes] as const;
    }),
  );
  const wanted = new Map(configuration.resources.map((resource) => [resource.name, resource]));
  const names = [...new Set([...wanted.keys(), ...known.keys()])];
  const changes = names.map((name) => change(job.run, name, wanted.get(name), known.get(name)));
  return { configuration, changes };
}

function change(
  run: RunRecord,
  name: string,
  wanted: LiteralResource | undefined,
  before: Attributes | undefined,
): Change {
  const address = `terraform_data.${name}`;
  const targeted = run.targetAddrs === null || run.targetAddrs.includes(address);
  const left: Change = { address, name, action: 'no-op', wanted, before };
  if (!targeted || run.refreshOnly) return left;
  if (run.isDestroy || !wanted) return before ? { ...left, action: 'delete' } : left;
  if (!before) return { ...left, action: 'create' };
  const triggered = !same(before.triggers_replace, typed(wanted.triggersReplace));
  if (triggered || run.replaceAddrs?.includes(address)) return { ...left, action: 'replace' };
  return same(before.input, typed(wanted.input)) ? left : { ...left, action: 'update' };
}

const same = (left: unknown, right: unknown): boolean => JSON.stringify(left) === JSON.stringify(right);
const typed = (value: Value): unknown => (value === null ? null : { value, type: typeOf(value) });

const ACTIONS: Record<Action, string[]> = {
  create: ['create'],
  update: ['update'],
  delete: ['delete'],
  replace: ['delete', 'create'],
  'no-op': ['no-op'],
};

function planDocument(job: Job, configuration: LiteralConfiguration, changes: readonly Change[]): string {
  const { run } = job;
  const old = readState(job)?.outputs ?? {};
  const outputs = run.isDestroy || run.refreshOnly ? [] : configuration.outputs;
  const differs = (name: string, value: Value): boolean => !(name in old) || !same(old[name]?.value, value);
  const changed =
    changes.some(({ action }) => action !== 'no-op') || outputs.some(({ name, value }) => differs(name, value));
  return JSON.stringify({
    format_version: '1.2',
    terraform_version: FORMAT_VERSION,
    variables: Object.fromEntries(Object.entries(configuration.variables).map(([name, value]) => [name, { value }])),
    resource_changes: changes.map(({ address, name, action, wanted, before }) => ({
      address,
      mode: 'managed',
      type: 'terraform_data',
      name,
      provider_name: 'terraform.io/builtin/terraform',
      change: {
        actions: ACTIONS[action],
        before: before ?? null,
        after: action === 'delete' ? null : { input: wanted?.input ?? null },
        after_unknown: action === 'create' || action === 'replace' ? { id: true, output: true } : {},
        before_sensitive: {},
        after_sensitive: {},
      },
    })),
    output_changes: Object.fromEntries(
      outputs.map(({ name, value, sensitive }) => [
        name,
        {
          actions: [!(name in old) ? 'create' : differs(name, value) ? 'update' : 'no-op'],
          after: value,
          after_sensitive: sensitive,
          before_sensitive: sensitive,
        },
      ]),
    ),
    applyable: changed,
    complete: true,
    errored: false,
  });
}

function writeState(job: Job, configuration: LiteralConfiguration, changes: readonly Change[]): void {
  const old = readState(job);
  const resources = changes.flatMap(({ name, action, wanted, before }) => {
    const attributes = action === 'no-op' ? before : action === 'delete' ? undefined : applied(action, wanted, before);
    if (!attributes) return [];
    const instances = [{ schema_version: 0, attributes, sensitive_attributes: [] }];
    return [{ mode: 'managed', type: 'terraform_data', name, provider: PROVIDER, instances }];
  });
  const outputs = job.run.isDestroy
    ? {}
    : Object.fromEntries(
        configuration.outputs.map(({ name, value, sensitive }) => [
          name,
          { value, type: typeOf(value), ...(sensitive && { sensitive }) },
        ]),
      );
  const state = {
    version: 4,
    terraform_version: FORMAT_VERSION,
    serial: (old?.serial ?? 0) + 1,
    lineage: old?.lineage ?? randomUUID(),
    outputs,
    resources,
    check_results: null,
  };
  writeFileSync(join(job.directory, 'terraform.tfstate'), JSON.stringify(state, null, 2), { mode: 0o600 });
}

function applied(action: Action, wanted: LiteralResource | undefined, before: Attributes | undefined): Attributes {
  const input = typed(wanted?.input ?? null);
  return {
    id: action === 'update' && before ? before.id : randomUUID(),
    input,
    output: input,
    triggers_replace: typed(wanted?.triggersReplace ?? null),
  };
}
