import type { Store } from '../store/store.ts';
import type { RunVariable } from '../run/run-record.ts';

export interface VariablesDeps {
  store: Store;
}

/** The run's own variables: their values are HCL literals already. */
export function runVariablesFile(variables: readonly RunVariable[]): string {
  return variables.map(({ key, value }) => `${key} = ${value}\n`).join('');
}

/** The workspace's variables by category, as terraform takes them. */
export function workspaceVariables(
  deps: VariablesDeps,
  workspaceId: string,
): { terraform: string; environment: Record<string, string> } {
  const variables = deps.store.variables.select({ scope: workspaceId, order: 'oldest' });
  const terraform = variables
    .filter((variable) => variable.category === 'terraform')
    .map(({ key, value, hcl }) => `${key} = ${hcl ? value : quote(value)}\n`)
    .join('');
  const environment = variables.filter((variable) => variable.category === 'env').map(({ key, value }) => [key, value]);
  return { terraform, environment: Object.fromEntries(environment) };
}

/** An HCL string literal: JSON's escapes, and no template inside. */
export function quote(text: string): string {
  return JSON.stringify(text).replaceAll(/([$%])\{/g, (_, sign: string) => `${sign}${sign}{`);
}
