import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { allChangesOf, countedByKind, destroys, MAX_HARMLESS_LISTED, plannedChangesOf } from './planned-changes.ts';

const planOf = (...changes: [address: string, ...actions: string[]][]) => ({
  resource_changes: changes.map(([address, ...actions]) => ({ address, change: { actions } })),
});
const many = (count: number, address: string, ...actions: string[]): [string, ...string[]][] =>
  Array.from({ length: count }, (_, index) => [`${address}[${index}]`, ...actions]);

describe('the planned changes', () => {
  it('begin with deletions, replacements and what is forgotten, wherever terraform lists them', () => {
    const plan = planOf(
      ['a.new', 'create'],
      ['b.old', 'update'],
      ['c.lost', 'forget'],
      ['d.again', 'create', 'delete'],
      ['e.gone', 'delete'],
      ['f.kept', 'no-op'],
    );

    expect(plannedChangesOf(plan)).toEqual({
      listed: [
        { address: 'e.gone', action: 'delete' },
        { address: 'd.again', action: 'replace' },
        { address: 'c.lost', action: 'forget' },
        { address: 'a.new', action: 'create' },
        { address: 'b.old', action: 'update' },
      ],
      unlisted: [],
    });
  });

  it('list a thousand deletions one by one, and count the harmless ones beside them', () => {
    const { listed, unlisted } = plannedChangesOf(
      planOf(...many(500, 'aws_subnet.a', 'update'), ...many(1_000, 'aws_instance.node', 'delete')),
    );

    expect(listed.filter(destroys)).toHaveLength(1_000);
    expect(listed).toHaveLength(1_000 + MAX_HARMLESS_LISTED);
    expect(unlisted).toEqual([{ action: 'update', type: 'aws_subnet', count: 400 }]);
  });

  it('count what history has no room for by action and type, and lose nothing', () => {
    const plan = planOf(
      ...many(200, 'aws_eip.ip', 'create'),
      ...many(3_000, 'module.a["x.y"].module.b.aws_instance.node', 'delete'),
      ...many(10, 'aws_db_instance.main', 'delete', 'create'),
    );

    const { listed, unlisted } = plannedChangesOf(plan);

    expect(JSON.stringify(listed).length).toBeLessThan(110_000);
    expect(unlisted).toEqual([
      { action: 'delete', type: 'aws_instance', count: 3_000 - listed.length },
      { action: 'replace', type: 'aws_db_instance', count: 10 },
      { action: 'create', type: 'aws_eip', count: 200 },
    ]);
  });

  it('are the whole plan together, whatever stands in it', () => {
    const action = fc.constantFrom('create', 'update', 'delete', 'read', 'forget', 'unheard-of');
    const change = fc.tuple(fc.string({ unit: 'binary' }), action);
    fc.assert(
      fc.property(fc.array(change, { maxLength: 400 }), (changes) => {
        const { listed, unlisted } = plannedChangesOf(planOf(...changes));
        const counted = unlisted.reduce((sum, { count }) => sum + count, 0);

        expect(listed.length + counted).toBe(changes.length);
      }),
    );
  });

  it('show the action of a newer terraform as a change rather than passing over it', () => {
    expect(allChangesOf(planOf(['a.b', 'transmogrify'], ['c.d', 'create', 'forget']))).toEqual([
      { address: 'c.d', action: 'replace' },
      { address: 'a.b', action: 'update' },
    ]);
  });

  it('keep the beginning and the end of a long address', () => {
    const { listed } = plannedChangesOf(planOf([`module.eu.${'x'.repeat(500)}.aws_db_instance.main`, 'delete']));

    expect(listed[0]?.address).toMatch(/^module\.eu\.x+…x+\.aws_db_instance\.main$/);
    expect(listed[0]?.address).toHaveLength(300);
  });
});

describe('the type of an address', () => {
  it.each([
    ['aws_instance.web', 'aws_instance'],
    ['module.a.module.b["x.y"].aws_instance.web[0]', 'aws_instance'],
    ['module.a["\\"].z"].data.aws_ami.x', 'aws_ami'],
    ['data.aws_ami.x', 'aws_ami'],
    ['', 'resource'],
    ['module', 'resource'],
  ])('of %s is %s', (address, type) => {
    expect(countedByKind([{ address, action: 'delete' }])[0]?.type).toBe(type);
  });
});
