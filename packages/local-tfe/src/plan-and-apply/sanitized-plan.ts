import type { PlanDocumentsDeps } from './plan-documents.ts';
import type { Store } from '../store/store.ts';
import type { PhaseRecord } from './phase-record.ts';
import { mask, planDocument, redact } from './plan-documents.ts';
import type { ChangeBody } from './plan-documents.ts';

export interface SanitizedPlanDeps extends PlanDocumentsDeps {
  store: Store;
}

type Json = Record<string, unknown>;

interface Module {
  resources?: { values?: unknown; sensitive_values?: unknown }[];
  child_modules?: Module[];
}
interface Values {
  outputs?: Record<string, { sensitive?: boolean; value?: unknown }>;
  root_module?: Module;
}
interface ConfiguredModule {
  variables?: Record<string, { sensitive?: boolean; default?: unknown }>;
  module_calls?: Record<string, { module?: ConfiguredModule; expressions?: Json }>;
}

/** The sanitized document of a finished plan. TFE too knows which of the workspace's variables are sensitive. */
export function sanitizedPlan(deps: SanitizedPlanDeps, plan: PhaseRecord): string {
  const { workspaceId } = deps.store.runs.require(plan.runId);
  const secret = deps.store.variables.select({ scope: workspaceId }).filter(({ sensitive }) => sensitive);
  const names = secret.map(({ key }) => key);
  return JSON.stringify(sanitizePlan(planDocument(deps, plan), names));
}

/**
 * `terraform show -json PLAN` with every sensitive value null, otherwise unchanged. `secretVariables` are those of the
 * workspace: terraform knows only what the configuration declares as sensitive.
 */
export function sanitizePlan(document: Json, secretVariables: readonly string[]): Json {
  const { root_module: root, ...configuration } = (document['configuration'] ?? {}) as {
    root_module?: ConfiguredModule;
  };
  const declared = Object.entries(root?.variables ?? {}).filter(([, { sensitive }]) => sensitive === true);
  const secret = new Set([...secretVariables, ...declared.map(([name]) => name)]);
  return {
    ...document,
    ...part(document, 'variables', (variables: Json) => withoutSecrets(variables, secret)),
    ...part(document, 'planned_values', sanitizeValues),
    ...part(document, 'prior_state', (state: { values?: Values }) => ({
      ...state,
      ...(state.values && { values: sanitizeValues(state.values) }),
    })),
    ...part(document, 'resource_changes', sanitizeChanges),
    ...part(document, 'resource_drift', sanitizeChanges),
    ...part(document, 'output_changes', (changes: Record<string, ChangeBody>) => mapValues(changes, redact)),
    ...(root && { configuration: { ...configuration, root_module: sanitizeConfiguration(root) } }),
  };
}

/** A part of the document, where it has that part: plans leave out what is empty. */
const part = <T>(document: Json, name: string, sanitize: (value: T) => unknown): Json =>
  document[name] === undefined ? {} : { [name]: sanitize(document[name] as T) };

const mapValues = <T, R>(record: Record<string, T>, change: (value: T) => R): Record<string, R> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));

const withoutSecrets = (variables: Json, secret: ReadonlySet<string>): Json =>
  Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [name, secret.has(name) ? { value: null } : value]),
  );

const sanitizeChanges = (list: { change: ChangeBody }[]): unknown[] =>
  list.map((entry) => ({ ...entry, change: redact(entry.change) }));

const sanitizeValues = ({ outputs, root_module: root, ...rest }: Values): Values => ({
  ...rest,
  ...(outputs && {
    outputs: mapValues(outputs, (output) => (output.sensitive === true ? { ...output, value: null } : output)),
  }),
  ...(root && { root_module: sanitizeModule(root) }),
});

const sanitizeModule = ({ resources, child_modules: children, ...rest }: Module): Module => ({
  ...rest,
  ...(resources && {
    resources: resources.map((resource) => ({ ...resource, values: mask(resource.values, resource.sensitive_values) })),
  }),
  ...(children && { child_modules: children.map(sanitizeModule) }),
});

/** The configuration holds secrets as defaults of sensitive variables, and as literals that are given to them. */
const sanitizeConfiguration = ({ variables, module_calls: calls, ...rest }: ConfiguredModule): ConfiguredModule => ({
  ...rest,
  ...(variables && {
    variables: mapValues(variables, (variable) =>
      variable.sensitive === true && 'default' in variable ? { ...variable, default: null } : variable,
    ),
  }),
  ...(calls && {
    module_calls: mapValues(calls, (call) => ({
      ...call,
      ...(call.expressions && { expressions: withoutLiterals(call.expressions, call.module?.variables ?? {}) }),
      ...(call.module && { module: sanitizeConfiguration(call.module) }),
    })),
  }),
});

const withoutLiterals = (expressions: Json, variables: NonNullable<ConfiguredModule['variables']>): Json =>
  Object.fromEntries(
    Object.entries(expressions).map(([name, expression]) => {
      const isSecret = variables[name]?.sensitive === true && Object.hasOwn(Object(expression), 'constant_value');
      return [name, isSecret ? { constant_value: null } : expression];
    }),
  );
