import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { runDocument } from './run-document.ts';

/** Any JSON under the names that are read: what a server may send that leaves out, nulls or retypes what it pleases. */
const anything = fc.jsonValue({ maxDepth: 3 });
const names = (...all: string[]) =>
  fc.record(Object.fromEntries(all.map((name) => [name, anything])), { requiredKeys: [] });

const attributes = names(
  'actions',
  'may-confirm',
  'permissions',
  'status-timestamps',
  'has-changes',
  'message',
  'position-in-queue',
  'auto-apply',
);
const relationships = fc.oneof(
  anything,
  names(
    'workspace',
    'plan',
    'apply',
    'configuration-version',
    'created-by',
    'confirmed-by',
    'policy-checks',
    'task-stages',
  ),
);

describe('a run', () => {
  it('is read from every document that has an id and a status', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1 }),
        fc.string(),
        attributes,
        relationships,
        anything,
        (id, status, told, links, included) => {
          const run = runDocument.parse({
            data: { id, attributes: { ...told, status }, relationships: links },
            included,
          });

          expect(run).toMatchObject({ id, status });
          expect(Object.values(run.actions).every((flag) => typeof flag === 'boolean')).toBe(true);
          expect(Object.values(run)).not.toContain(undefined);
          expect(Object.values(run)).not.toContain(null);
        },
      ),
    );
  });

  it.each([
    {},
    { data: null },
    { data: { id: '', attributes: { status: 'x' } } },
    { data: { id: 'run-1' } },
    null,
    'run',
  ])('is not read from %j', (document) => {
    expect(runDocument.safeParse(document).success).toBe(false);
  });

  it('may be confirmed only where the server says so, in either shape', () => {
    fc.assert(
      fc.property(
        fc.option(fc.boolean(), { nil: undefined }),
        fc.option(fc.boolean(), { nil: undefined }),
        (today, before) => {
          const { actions } = runDocument.parse({
            data: {
              id: 'run-1',
              attributes: { status: 'planned', actions: { 'is-confirmable': today }, 'may-confirm': before },
            },
          });
          expect(actions.isConfirmable).toBe(today ?? before ?? false);
        },
      ),
    );
  });
});
