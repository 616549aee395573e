import { globSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { cruise, type ICruiseOptions, type ICruiseResult, type IViolation } from 'dependency-cruiser';

/** `.dependency-cruiser.cjs`, which holds the import table. */
interface ImportTable {
  readonly forbidden: readonly { readonly name: string; readonly comment?: string }[];
  readonly options: ICruiseOptions;
}

/**
 * Checks `src` of a project and of its packages against the import table in its root. Each violation is one line: rule, reason, from, to.
 * (Its command line cannot be used: it warns about TypeScript 7, which swc, the parser in use, reads well.)
 */
export async function checkImports(root: string): Promise<{ violations: readonly string[]; modules: number }> {
  const table = createRequire(import.meta.url)(join(root, '.dependency-cruiser.cjs')) as ImportTable;
  const packages = globSync('packages/*/src', { cwd: root });
  const { output } = await cruise(['src', ...packages], {
    ...table.options,
    baseDir: root,
    validate: true,
    ruleSet: { forbidden: [...table.forbidden] } as NonNullable<ICruiseOptions['ruleSet']>,
  });
  const { summary } = output as ICruiseResult;
  const reasons = new Map(table.forbidden.map(({ name, comment }) => [name, comment]));
  return {
    violations: summary.violations.map((violation) => describe(violation, reasons.get(violation.rule.name))),
    modules: summary.totalCruised,
  };
}

function describe({ rule, from, to, cycle }: IViolation, reason: string | undefined): string {
  const path = cycle === undefined ? [to] : cycle.map(({ name }) => name);
  return `${rule.name}: ${[from, ...path].join(' → ')} (${reason ?? rule.severity})`;
}
