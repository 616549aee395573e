import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { OUTCOMES, PHASES, type PlannedChange, type RunView } from '@runwright/client/contract';
import { DETAILS_MAX_BYTES, detailsOf } from './run-details.ts';

const WAITING: RunView = {
  key: 'demo-1',
  organization: 'demo',
  workspace: 'hello',
  requestedBy: 'Rita',
  phase: 'awaiting-confirmation',
  status: 'planned',
  runId: 'run-Qm41',
  runUrl: 'https://tfe.example.com/app/demo/workspaces/hello/runs/run-Qm41',
  plan: { additions: 2, changes: 1, destructions: 0, imports: 0 },
  plannedChanges: [{ address: 'terraform_data.audience', action: 'create' }],
  approval: { verdict: 'pending', decisions: [], missing: 1, approvers: [], expiresAt: '2026-01-02T00:00:00.000Z' },
  refusedMessages: [],
  waitingFor: 'people to decide',
  since: '2026-01-01T00:00:00.000Z',
  warnings: [],
  history: [],
};
const HOSTILE = '[click](https://evil.example) `x` | **y** <b>z</b>\n# heading\n| a | b |';

const changes = (count: number, address: string, action: PlannedChange['action'] = 'create'): PlannedChange[] =>
  Array(count).fill({ address, action });
const bytes = (text: string): number => Buffer.byteLength(text, 'utf8');

/** The text as Markdown shows it: escaped punctuation is punctuation. */
const unescaped = (markdown: string): string => markdown.replaceAll(/\\(.)/g, '$1').replaceAll('\u2060', '');

describe('the details of a request', () => {
  it('tell why it failed, and whether anything was changed', () => {
    const failure = { type: 'plan-errored', message: 'the plan failed', changed: 'nothing' } as const;

    expect(detailsOf({ ...WAITING, phase: 'ended-badly', failure })).toContain(
      '| failed | plan-errored: the plan failed (nothing was changed) |',
    );
  });

  it('tell phase, run, plan, what to send and until when', () => {
    const details = detailsOf(WAITING);

    expect(details).toContain('### awaiting-confirmation: people to decide');
    expect(details).toContain('| workspace | demo/hello |');
    expect(details).toContain('[run-Qm41](https://tfe.example.com/app/demo/workspaces/hello/runs/run-Qm41)');
    expect(details).toContain('2 to add, 1 to change, 0 to destroy\n\n- create `terraform_data.audience`');
    expect(details).toContain('until 2026-01-02T00:00:00.000Z: 1 approval missing');
    expect(details).toContain('`{"runId": "run-Qm41", "by": "your name"}`');
  });

  it.each<[string, Partial<RunView>]>([
    ['in another phase', { phase: 'applying' }],
    ['when the verdict is reached', { approval: { ...WAITING.approval, verdict: 'approved', missing: 0 } }],
  ])('ask nobody to decide %s', (_when, facts) => {
    expect(detailsOf({ ...WAITING, ...facts })).not.toContain('your name');
  });

  it('list the first 40 planned changes and count the others', () => {
    const details = detailsOf({ ...WAITING, plannedChanges: changes(100, 'terraform_data.x') });

    expect(details.match(/- create `terraform_data\.x`/g)).toHaveLength(40);
    expect(details).toContain('- … and 60 more: 60 to create (terraform\\_data)');
  });

  it('count what does not fit, and still say what to do above a plan of very long addresses', () => {
    const details = detailsOf({ ...WAITING, plannedChanges: changes(100, '€'.repeat(5_000)) });
    const listed = details.match(/^- create /gm)?.length ?? 0;

    expect(listed).toBeGreaterThan(0);
    expect(details).toContain(`- … and ${100 - listed} more: ${100 - listed} to create`);
    expect(details).toContain('`reject` with');
  });

  it('begin the list of changes with what is destroyed, wherever terraform lists it', () => {
    const plannedChanges = [...changes(60, 'aws_subnet.x', 'update'), ...changes(1, 'aws_db_instance.main', 'delete')];
    const plan = { additions: 0, changes: 60, destructions: 1, imports: 0 };

    const details = detailsOf({ ...WAITING, plan, plannedChanges });

    expect(details.split('\n').find((line) => line.startsWith('- ') && !line.includes('your name'))).toBe(
      '- **delete** `aws_db_instance.main`',
    );
    expect(details).toContain('**1 resource will be destroyed or replaced.**');
    expect(details).toContain('- … and 20 more: 20 to change (aws\\_subnet)');
  });

  it('say loudly how much is destroyed that they have no room for, and which command lists it', () => {
    const plan = { additions: 0, changes: 0, destructions: 3_000, imports: 0 };
    const plannedChanges = changes(1_000, 'module.regions["eu-central-1"].aws_instance.node', 'delete');
    const unlistedChanges = [{ action: 'delete', type: 'aws_instance', count: 2_000 } as const];

    const details = detailsOf({ ...WAITING, plan, plannedChanges, unlistedChanges });
    const listed = details.match(/^- \*\*delete\*\* `module/gm)?.length ?? 0;

    expect(listed).toBeGreaterThan(100);
    expect(unescaped(details)).toContain(
      `**${3_000 - listed} MORE ARE DESTROYED that this list has no room for: ${3_000 - listed} to destroy (aws_instance). All of them: runwright show demo-1 --all**`,
    );
    expect(bytes(details)).toBeLessThanOrEqual(DETAILS_MAX_BYTES);
  });

  it('show the decisions that count before the plan, however many did not', () => {
    const counted = { choice: 'approve', runId: 'run-1', by: 'Ana', comment: 'seen', at: 't' } as const;
    const others = Array(30).fill({ choice: 'approve', runId: 'run-0', by: 'Ben', at: 't', ignored: 'other-run' });

    const details = detailsOf({ ...WAITING, approval: { ...WAITING.approval, decisions: [counted, ...others] } });

    expect(details).toContain('- approve by Ana: seen');
    expect(details.indexOf('by Ana: seen')).toBeLessThan(details.indexOf('**Plan**'));
  });

  it('show the variables of the run with their values', () => {
    const asked = { mode: 'plan-and-apply', variables: { region: '"eu"', filter: '"a|b"' } } as const;

    expect(detailsOf({ ...WAITING, asked })).toContain('| variables | `region` = `"eu"`, `filter` = `"a\\|b"` |');
  });

  it('say why a decision does not count', () => {
    const ignored = { choice: 'approve', runId: 'run-0', by: 'Ana', at: 't', ignored: 'other-run' } as const;

    expect(detailsOf({ ...WAITING, approval: { ...WAITING.approval, decisions: [ignored] } })).toContain(
      '- approve by Ana (not counted: other-run)',
    );
  });

  it('say why a message was refused: whoever mistyped it sees only these details', () => {
    const refusedMessages = [{ message: 'approve', reason: 'by must be a *text*', at: 't' }];

    expect(detailsOf({ ...WAITING, refusedMessages })).toContain(
      '**Decisions**\n\n- approve was refused: by must be a \\*text\\*',
    );
  });

  it('end with a mark when something was cut off, and only then', () => {
    const long = '€'.repeat(500);
    const cut = detailsOf({ ...WAITING, warnings: Array(10).fill(long), plannedChanges: changes(40, long) });

    expect(cut).toMatch(/\n…\n/);
    expect(detailsOf(WAITING)).not.toMatch(/^…$/m);
  });
});

describe('other people’s text in the details', () => {
  const places: [string, (text: string) => Partial<RunView>][] = [
    ['waitingFor', (text) => ({ waitingFor: text })],
    ['requestedBy', (text) => ({ requestedBy: text })],
    ['workspace', (text) => ({ workspace: text })],
    ['status', (text) => ({ status: text })],
    ['run id', (text) => ({ runId: text })],
    ['blocker', (text) => ({ blocker: text })],
    ['doubt', (text) => ({ inDoubt: text })],
    ['warning', (text) => ({ warnings: [text] })],
    ['address', (text) => ({ plannedChanges: changes(1, text) })],
    [
      'name of a decider',
      (text) => ({
        approval: { ...WAITING.approval, decisions: [{ choice: 'approve', runId: 'run-1', by: text, at: 't' }] },
      }),
    ],
  ];

  it.each(places)('becomes no line, heading or table row of its own: %s', (_place, facts) => {
    const shape = (text: string) => detailsOf({ ...WAITING, ...facts(text) }).split('\n').length;

    expect(shape(HOSTILE)).toBe(shape('plain'));
  });

  it.each(places.filter(([place]) => place !== 'address' && place !== 'run id'))(
    'is shown literally, not as markup: %s',
    (_place, facts) => {
      const details = detailsOf({ ...WAITING, ...facts(HOSTILE) });

      expect(details).not.toMatch(/(?<!\\)\[click|(?<!\\)<b>|https:\/\/evil|(?<!\\)`x|(?<!\\)\*y/);
      expect(unescaped(details)).toContain(HOSTILE.replaceAll('\n', ' '));
    },
  );

  it('stays inside the code of an address, a table cell and the signal to send', () => {
    const details = detailsOf({ ...WAITING, runId: 'run-`1` | x', plannedChanges: changes(1, 'a["`x`"]\nb') });

    expect(details).toContain('`a["\'x\'"] b`');
    expect(details).toContain('{"runId": "run-\'1\' | x", "by": "your name"}`');
    expect(details.split('\n').find((line) => line.startsWith('| run |'))).toMatch(/^\| run \| .*\\\| x.* \|$/);
  });

  it.each(['https://tfe.example.com/a)[x](https://evil.example', 'javascript://x', 'https://a b', 'https://a|b'])(
    'is not a link where the address of the run is %s',
    (runUrl) => {
      expect(detailsOf({ ...WAITING, runUrl })).toContain('| run | run-Qm41 |');
    },
  );

  it('cannot hide or turn around what stands beside it', () => {
    expect(detailsOf({ ...WAITING, requestedBy: 'Ana\u202e\u0000\u001b[31m' })).toContain(
      '| asked for by | Ana\\[31m |',
    );
  });
});

describe('the size of the details', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.constantFrom('€', '|', '\\', '\n', '\ud83d\ude00', '\ud83d', 'www.').map((piece) => piece.repeat(5_000)),
  );
  const view: fc.Arbitrary<RunView> = fc
    .record(
      {
        phase: fc.constantFrom(...PHASES),
        organization: text,
        workspace: text,
        requestedBy: text,
        status: text,
        outcome: fc.constantFrom(...OUTCOMES),
        runId: text,
        runUrl: fc.oneof(text, fc.webUrl()),
        plan: fc.record({ additions: fc.nat(), changes: fc.nat(), destructions: fc.nat(), imports: fc.nat() }),
        plannedChanges: fc
          .tuple(fc.nat(2_000), text, fc.constantFrom('create', 'delete'))
          .map(([count, address, action]) => changes(count, address, action)),
        unlistedChanges: fc.array(
          fc.record({ action: fc.constantFrom('update', 'delete'), type: text, count: fc.nat() }),
        ),
        asked: fc.record({ mode: fc.constant('destroy'), variables: fc.dictionary(text, text) }),
        waitingFor: text,
        inDoubt: text,
        blocker: text,
        warnings: fc.array(text, { maxLength: 30 }),
        decisions: fc.array(text.map((by) => ({ choice: 'reject' as const, runId: 'run-1', by, at: 't' }))),
      },
      { requiredKeys: ['phase', 'warnings', 'decisions'] },
    )
    .map(({ decisions, ...facts }) => ({
      key: 'k',
      refusedMessages: [],
      history: [],
      approval: { verdict: 'pending', decisions, missing: 1, approvers: [] },
      ...facts,
    }));

  it('is what the server accepts, and whole characters, for every view', () => {
    fc.assert(
      fc.property(view, (view) => {
        const details = detailsOf(view);

        expect(bytes(details)).toBeLessThanOrEqual(DETAILS_MAX_BYTES);
        expect(details.isWellFormed()).toBe(true);
        expect(details).toContain(`### ${view.phase}`);
      }),
    );
  });

  it('never costs people the signal to send', () => {
    fc.assert(
      fc.property(view, (view) => {
        const details = detailsOf({ ...view, phase: 'awaiting-confirmation', runId: 'run-1' });

        expect(details).toContain('- `reject` with `{"runId": "run-1", "by": "your name", "reason": "why"}`');
      }),
    );
  });
});

describe('a run that a policy or task holds', () => {
  const held: RunView = { ...WAITING, phase: 'awaiting-override' };

  it('says how to override it and how to reject it, and that the approval comes afterwards', () => {
    expect(detailsOf(held)).toMatch(/`override`.*run-Qm41.*approval is asked for afterwards\n- `reject`/);
  });

  it('says that nothing more is asked for where it is approved already', () => {
    const details = detailsOf({ ...held, approval: { ...WAITING.approval, verdict: 'approved', missing: 0 } });

    expect(details).toMatch(/`override`.*run-Qm41.*goes on afterwards/);
    expect(details).not.toContain('`reject`');
  });
});
