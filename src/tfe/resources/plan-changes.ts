/**
 * Of terraform's whole plan as JSON what changes, and no value of anything: resource values, variables, outputs and the
 * state before are left out, as secrets may be among them. What is no plan comes out empty.
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
