import { describe, expect, it } from '@jest/globals';
import { summarizePlan } from './plan-summary.ts';

const NO_CHANGES = { counts: { additions: 0, changes: 0, destructions: 0, imports: 0 }, hasChanges: false };
const NORMAL = { refreshOnly: false };

/** As `tofu show -json` writes a plan: unlike terraform's it says nothing of `applyable`. */
const tofuPlan = (parts: Record<string, unknown>): string =>
  JSON.stringify({
    format_version: '1.2',
    output_changes: { kept: { actions: ['no-op'], before: 1, after: 1 } },
    errored: false,
    ...parts,
  });
const resource = (actions: string[], more: Record<string, unknown> = {}): Record<string, unknown> => ({
  address: 'terraform_data.b',
  change: { actions, before: {}, after: {}, after_unknown: {} },
  ...more,
});
const imported = { ...resource(['no-op']), change: { actions: ['no-op'], importing: { id: 'abc' } } };
const moved = resource(['no-op'], { previous_address: 'terraform_data.a' });

describe('the summary of a plan', () => {
  it('counts what each action does, a replacement as both', () => {
    const document = tofuPlan({
      resource_changes: [resource(['create']), resource(['update']), resource(['delete', 'create']), imported],
    });

    expect(summarizePlan(document, NORMAL)).toEqual({
      counts: { additions: 2, changes: 1, destructions: 1, imports: 1 },
      hasChanges: true,
    });
  });

  it.each([
    { what: 'an import', change: imported },
    { what: 'a move', change: moved },
    { what: 'a resource that is forgotten', change: resource(['forget']) },
    { what: 'data that only the apply can read', change: resource(['read']) },
  ])('knows by itself, where the document does not say, that $what is applied', ({ change }) => {
    expect(summarizePlan(tofuPlan({ resource_changes: [change] }), NORMAL).hasChanges).toBe(true);
    expect(summarizePlan(tofuPlan({ resource_changes: [resource(['no-op'])] }), NORMAL)).toEqual(NO_CHANGES);
  });

  it('applies what had drifted only where nothing but the state is refreshed', () => {
    const document = tofuPlan({ resource_drift: [resource(['update'])] });

    expect(summarizePlan(document, NORMAL)).toEqual(NO_CHANGES);
    expect(summarizePlan(document, { refreshOnly: true })).toEqual({ ...NO_CHANGES, hasChanges: true });
  });

  it('has an output to apply, but where only the state is refreshed not one that nobody knows before an apply', () => {
    const output = (unknown: unknown): string =>
      tofuPlan({ output_changes: { new: { actions: ['create'], before: null, after_unknown: unknown } } });
    const hasChanges = (unknown: unknown, refreshOnly: boolean): boolean =>
      summarizePlan(output(unknown), { refreshOnly }).hasChanges;

    expect([hasChanges(false, false), hasChanges(true, false)]).toEqual([true, true]);
    expect([hasChanges(false, true), hasChanges(true, true), hasChanges({ part: true }, true)]).toEqual([
      true,
      false,
      false,
    ]);
  });

  it('believes the document that says it', () => {
    const document = tofuPlan({ resource_changes: [moved], applyable: false });

    expect(summarizePlan(document, NORMAL).hasChanges).toBe(false);
  });
});
