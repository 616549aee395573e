import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { CONTINUED, SCENARIOS } from './recording/scenarios.ts';
import { differencesOf } from './command-differences.ts';
import { recordedCommands } from './recorded-commands.ts';
import { replay } from './replayed-commands.ts';
import { bundleWithReporter, type Edit } from './workflow-variants.ts';

const HISTORIES = fileURLToPath(new URL('histories/', import.meta.url));
const SCENARIO_OF = new Map([...SCENARIOS, ...CONTINUED].map((scenario) => [scenario.name, scenario]));

/** `<scenario>.<version>.json` */
const histories = readdirSync(HISTORIES)
  .filter((file) => file.endsWith('.json'))
  .map((file) => {
    const [, scenario, version] = /^([^.]+)\.(.+)\.json$/.exec(file)!;
    return { scenario: scenario!, version: version!, title: SCENARIO_OF.get(scenario!)?.title ?? scenario!, file };
  });

const load = (file: string): string => readFileSync(`${HISTORIES}${file}`, 'utf8');
const recorded = (scenario: string): string => {
  const found = histories.find((history) => history.scenario === scenario);
  if (found === undefined) throw new Error(`no history of ${scenario}: run \`npm run record:history\``);
  return load(found.file);
};

const today: { code: string } = { code: '' };
beforeAll(async () => {
  today.code = await bundleWithReporter();
});

describe('the workflow of today goes on, with the same commands, in the history of version', () => {
  it.each(histories)('$version of a request $title', async ({ file }) => {
    const json = load(file);
    const { commands, error } = await replay(today.code, json);

    expect(error).toBeUndefined();
    expect(differencesOf(recordedCommands(json), commands)).toEqual([]);
  });
});

describe('the histories', () => {
  it.each([...SCENARIO_OF.values()])('hold a request $title', ({ name }) => {
    expect(histories.map(({ scenario }) => scenario)).toContain(name);
  });

  it('hold every activity and timer of the workflow', () => {
    const held = new Set(
      histories.flatMap(({ file }) =>
        recordedCommands(load(file)).map((command) => ('type' in command ? command.type : command.kind)),
      ),
    );
    const steps = readFileSync(new URL('../../src/workflows/steps.ts', import.meta.url), 'utf8');
    const activities = [...steps.matchAll(/step\('(\w+)'/g)].map(([, name]) => name!);

    expect(activities.length).toBeGreaterThan(10);
    expect(activities.filter((name) => !held.has(name))).toEqual([]);
  });
});

/**
 * A worker that answers a query takes in what has come by then, and the rest of the same workflow task afterwards; a replay
 * takes in all of it together (docs/adr/0010). Whatever the order is, the answer of an activity comes first.
 */
describe('what comes from outside in the workflow task of an answer', () => {
  it('is taken in after the answer: an approval that was taken in at once does not replay', async () => {
    const edit = {
      file: 'workflows/inbox/inbox.ts',
      from: 'if (this.closed) item();',
      to: 'if (Date.now() > 0) item();',
    };
    const { error } = await replay(await bundleWithReporter(edit), recorded('approved-with-the-plan'));

    expect(error?.message).toContain('Nondeterminism');
  });
});

/** Mistakes that replay itself notices. */
const REPLAY_FAILS: (Edit & { title: string; scenario: string })[] = [
  {
    title: 'a timer before the run is created',
    scenario: 'applied',
    file: 'workflows/create-run.ts',
    from: 'const { state } = context;\n  const creation: Creation',
    to: "const { state } = context;\n  await waitInView(context, { ms: 1_000, summary: 'one more', waitingFor: () => '' });\n  const creation: Creation",
  },
  {
    title: 'another activity for the apply',
    scenario: 'applied',
    file: 'workflows/steps.ts',
    from: "applyRun: step('applyRun'",
    to: "applyRun: step('discardRun'",
  },
];

/** Mistakes that replay does not notice: the options and arguments of what it sees as the same command. */
const COMMANDS_DIFFER: (Edit & { title: string; scenario: string; differences: unknown })[] = [
  {
    title: 'another commit window',
    scenario: 'create-answer-lost',
    file: 'workflows/create-run.ts',
    from: 'ms: state.request.timing.commitWindowMs',
    to: 'ms: state.request.timing.commitWindowMs + 1',
    differences: ['timer 1: lengthMs was 310, is 311'],
  },
  {
    title: 'a second attempt at POST /runs',
    scenario: 'applied',
    file: 'workflows/steps.ts',
    from: 'retry: { maximumAttempts: 1 }',
    to: 'retry: { maximumAttempts: 2 }',
    differences: expect.arrayContaining([
      expect.stringMatching(/^activity \d+ createRun: retry.maximumAttempts was 1, is 2$/),
    ]),
  },
  {
    title: 'another timeout of every request',
    scenario: 'applied',
    file: 'workflows/steps.ts',
    from: "startToCloseTimeout: '30s'",
    to: "startToCloseTimeout: '31s'",
    differences: expect.arrayContaining([
      expect.stringMatching(/checkWorkspace: timeoutsMs.startToClose was 30000, is 31000$/),
    ]),
  },
  {
    title: 'another queue for the apply',
    scenario: 'applied',
    file: 'workflows/steps.ts',
    from: "step('applyRun', { ...ACT, taskQueue: now",
    to: "step('applyRun', { ...ACT, taskQueue: poll",
    differences: [expect.stringMatching(/^activity \d+ applyRun: queue was "-now", is "-poll"$/)],
  },
  {
    title: 'another marker in the run’s message',
    scenario: 'applied',
    file: 'domain/run-marker.ts',
    from: '`[runwright ${installation}',
    to: '`[runwright2 ${installation}',
    differences: [
      expect.stringMatching(/^activity \d+ createRun: arguments.0 was .*\[runwright recorder.*\[runwright2 recorder/s),
    ],
  },
];

describe('a change of the workflow is noticed', () => {
  it.each(REPLAY_FAILS)('as a failing replay: $title', async ({ scenario, ...edit }) => {
    const { error } = await replay(await bundleWithReporter(edit), recorded(scenario));

    expect(error?.message).toContain('Nondeterminism');
  });

  it.each(COMMANDS_DIFFER)('by the recorded commands alone: $title', async ({ scenario, differences, ...edit }) => {
    const json = recorded(scenario);
    const { commands, error } = await replay(await bundleWithReporter(edit), json);

    expect(error).toBeUndefined();
    expect(differencesOf(recordedCommands(json), commands)).toEqual(differences);
  });

  it('and is allowed behind `patched`', async () => {
    const json = recorded('applied');
    const code = await bundleWithReporter({
      file: 'workflows/create-run.ts',
      from: 'const { state } = context;\n  const creation: Creation',
      to: "const { state } = context;\n  const { patched, sleep } = await import('@temporalio/workflow');\n  if (patched('later')) await sleep('1s');\n  const creation: Creation",
    });
    const { commands, error } = await replay(code, json);

    expect(error).toBeUndefined();
    expect(differencesOf(recordedCommands(json), commands)).toEqual([]);
  });
});
