/**
 * Keeps only the changes of terraform's plan JSON, and no values: leaves out resource values, variables, outputs and
 * the earlier state, because they may hold secrets. Anything that is no plan gives an empty result.
 */
export function changesOnly(plan: unknown): unknown {
  const listed = fieldOf(plan, 'resource_changes');
  return { resource_changes: Array.isArray(listed) ? listed.map(changeOnly) : [] };
}

function changeOnly(resource: unknown): unknown {
  const change = fieldOf(resource, 'change');
  const importing = fieldOf(change, 'importing');
  return {
    address: fieldOf(resource, 'address'),
    previous_address: fieldOf(resource, 'previous_address'),
    change: { actions: fieldOf(change, 'actions'), ...(importing ? { importing: {} } : {}) },
  };
}

const fieldOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
