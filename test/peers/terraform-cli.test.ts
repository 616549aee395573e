import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { findOnPath } from '../../src/stack/program-path.ts';
import { closeAfterTests } from '../support/after-tests.ts';
import { leftOut } from '../support/left-out.ts';
import { makeProject, STEP_WITHIN_MS } from './terraform-project.ts';
import type { Ended, ProjectOptions, TerraformProject } from './terraform-project.ts';
import { startTfeOverTls } from './tfe-over-tls.ts';
import type { Resource, TfeOverTls } from './tfe-over-tls.ts';

const program = await findOnPath('terraform', process.env);
const withTerraform =
  program === undefined
    ? leftOut('the terraform CLI against the local TFE', 'There is no terraform on the PATH')
    : describe;

/** The longest test has seven commands. */
const TEST_WITHIN_MS = 7 * STEP_WITHIN_MS;
const INIT = ['init', '-no-color', '-input=false'];
const PLAN = ['plan', '-no-color', '-input=false'];
const APPLY = ['apply', '-no-color', '-input=false', '-auto-approve'];
const DESTROY = ['destroy', '-no-color', '-input=false', '-auto-approve'];

const greeting = (name: string): string => `
resource "terraform_data" "greeting" {
  input = "Hello, ${name}"
}
output "greeting" {
  value = terraform_data.greeting.output
}
`;

withTerraform('the terraform CLI with a cloud block', () => {
  let root: string;
  let tfe: TfeOverTls;

  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), 'runwright-terraform-cli-'));
    closeAfterTests(() => rmSync(root, { recursive: true, force: true }));
    tfe = await startTfeOverTls(join(root, 'tfe'));
  }, STEP_WITHIN_MS);

  const project = (workspace: string, options: Partial<ProjectOptions> = {}): TerraformProject =>
    makeProject({
      program: program!,
      directory: mkdtempSync(join(root, `${workspace}-`)),
      host: tfe.host,
      organization: tfe.organization,
      workspace,
      token: tfe.token,
      caFile: tfe.caFile,
      configuration: greeting('world'),
      ...options,
    });
  const initialized = async (workspace: string, options: Partial<ProjectOptions> = {}): Promise<TerraformProject> => {
    const made = project(workspace, options);
    succeeded(await made.terraform(INIT));
    return made;
  };
  /** State versions of the workspace, as its own state says. */
  const state = async ({ terraform }: TerraformProject): Promise<State> =>
    JSON.parse(succeeded(await terraform(['state', 'pull']))) as State;

  it(
    'makes the workspace at init, and plans speculatively: nothing can be applied, nothing is left held',
    async () => {
      const { terraform } = await initialized('speculative');
      expect(tfe.engine).toMatch(/^terraform /);
      expect((await tfe.workspace('speculative')).attributes).toMatchObject({ 'execution-mode': 'remote' });

      const plan = succeeded(await terraform(PLAN));

      const [run, ...others] = await tfe.runs('speculative');
      expect(others).toEqual([]);
      expect(run?.attributes).toMatchObject({
        status: 'planned_and_finished',
        source: 'terraform+cloud',
        'plan-only': true,
        'has-changes': true,
      });
      expect(plan).toContain(`https://${tfe.host}/app/${tfe.organization}/speculative/runs/${run?.id}`);
      expect(plan).toContain('# terraform_data.greeting will be created');
      expect(plan).toContain('Plan: 1 to add, 0 to change, 0 to destroy.');
      expect((await tfe.workspace('speculative')).attributes).toMatchObject({ locked: false, 'resource-count': 0 });
    },
    TEST_WITHIN_MS,
  );

  it(
    'applies in one run, finds state and outputs in TFE, and destroys in another',
    async () => {
      const life = await initialized('lifecycle');

      const applied = succeeded(await life.terraform(APPLY));

      expect(applied).toContain('terraform_data.greeting: Creation complete');
      expect(applied).toContain('Apply complete! Resources: 1 added, 0 changed, 0 destroyed.');
      expect(applied).toContain('greeting = "Hello, world"');
      expect((await tfe.runs('lifecycle')).map(facts)).toEqual([ranAndApplied({ 'is-destroy': false })]);

      expect(JSON.parse(succeeded(await life.terraform(['output', '-json'])))).toEqual({
        greeting: { sensitive: false, type: 'string', value: 'Hello, world' },
      });
      const pulled = await state(life);
      expect(pulled.outputs).toMatchObject({ greeting: { value: 'Hello, world' } });
      expect(pulled.resources).toMatchObject([{ type: 'terraform_data', name: 'greeting' }]);
      expect(existsSync(join(life.directory, 'terraform.tfstate'))).toBe(false);

      expect(succeeded(await life.terraform(DESTROY))).toContain('Resources: 0 added, 0 changed, 1 destroyed.');

      const destroyed = await state(life);
      expect(destroyed).toMatchObject({ lineage: pulled.lineage, resources: [], outputs: {} });
      expect(destroyed.serial).toBeGreaterThan(pulled.serial);
      expect((await tfe.runs('lifecycle')).map(facts)).toEqual([
        ranAndApplied({ 'is-destroy': false }),
        ranAndApplied({ 'is-destroy': true }),
      ]);
      expect(readdirSync(life.home)).toEqual([]);
    },
    TEST_WITHIN_MS,
  );

  it(
    'shows the log while the apply is still running',
    async () => {
      const held = heldApply(root, 'streamed');
      const { start } = await initialized('streamed', { configuration: held.configuration });

      const apply = start(APPLY);
      await apply.shows(/\(local-exec\): started$/m);
      expect((await tfe.runs('streamed')).map(facts)).toMatchObject([{ status: 'applying' }]);

      held.letGo();

      expect(succeeded(await apply.ended())).toMatch(/\(local-exec\): let go$/m);
      expect((await tfe.runs('streamed')).map(facts)).toMatchObject([{ status: 'applied' }]);
    },
    TEST_WITHIN_MS,
  );

  it(
    'cancels the run when it is interrupted',
    async () => {
      const held = heldApply(root, 'interrupted');
      const { start } = await initialized('interrupted', { configuration: held.configuration });
      const apply = start(APPLY);
      await apply.shows(/\(local-exec\): started$/m);

      apply.interrupt();

      expect((await apply.ended()).stdout).toContain('The remote operation was successfully cancelled.');
      expect((await tfe.runs('interrupted')).map(facts)).toMatchObject([{ status: 'canceled' }]);
    },
    TEST_WITHIN_MS,
  );

  it.each([
    { answer: 'yes', status: 'applied', code: 0, shown: 'Apply complete! Resources: 1 added' },
    { answer: 'no', status: 'discarded', code: 1, shown: 'Apply discarded.' },
  ])(
    'asks who applies, and leaves the run $status when the answer is $answer',
    async ({ answer, status, code, shown }) => {
      const { terraform } = await initialized(`asked-${answer}`);

      const apply = await terraform(['apply', '-no-color'], { input: `${answer}\n` });

      expect(apply.stdout).toContain(`Do you want to perform these actions in workspace "asked-${answer}"?`);
      expect(apply.code).toBe(code);
      expect(apply.stdout + apply.stderr).toContain(shown);
      expect((await tfe.runs(`asked-${answer}`)).map(facts)).toMatchObject([{ status, 'auto-apply': false }]);
    },
    TEST_WITHIN_MS,
  );

  it(
    'saves a plan, shows it, and applies that plan though the configuration has changed since',
    async () => {
      const { terraform, configure } = await initialized('saved');
      succeeded(await terraform([...PLAN, '-out=saved.tfplan']));
      expect((await tfe.runs('saved')).map(facts)).toMatchObject([{ status: 'planned_and_saved' }]);
      configure(greeting('somebody else'));

      const shown = succeeded(await terraform(['show', '-no-color', 'saved.tfplan']));
      const applied = succeeded(await terraform(['apply', '-no-color', 'saved.tfplan']));

      expect(shown).toContain('"Hello, world"');
      expect(shown).toContain('Run status: planned and saved (confirmable)');
      expect(applied).toContain('greeting = "Hello, world"');
      expect((await tfe.runs('saved')).map(facts)).toMatchObject([{ status: 'applied' }]);
    },
    TEST_WITHIN_MS,
  );

  it(
    'changes the state under a lock: a moved resource keeps its name in the next plan',
    async () => {
      const moved = await initialized('moved');
      succeeded(await moved.terraform(APPLY));
      const before = await state(moved);

      succeeded(await moved.terraform(['state', 'mv', 'terraform_data.greeting', 'terraform_data.salute']));

      const after = await state(moved);
      expect(after).toMatchObject({ serial: before.serial + 1, lineage: before.lineage });
      expect(after.resources).toMatchObject([{ name: 'salute' }]);
      expect((await tfe.workspace('moved')).attributes).toMatchObject({ locked: false });
      moved.configure(greeting('world').replaceAll('terraform_data.greeting', 'terraform_data.salute').replace(
        '"terraform_data" "greeting"',
        '"terraform_data" "salute"',
      ));
      expect(succeeded(await moved.terraform(PLAN))).toContain('No changes.');
    },
    TEST_WITHIN_MS,
  );

  describe('is refused', () => {
    it(
      'with a wrong token, in TFE’s word',
      async () => {
        const refused = await project('refused', { token: 'wrong' }).terraform(INIT);

        expect(refused.code).toBe(1);
        expect(refused.stderr).toContain(`Failed to read organization "${tfe.organization}" at host ${tfe.host}`);
        expect(refused.stderr).toMatch(/\bunauthorized\b/);
      },
      TEST_WITHIN_MS,
    );

    it(
      'without a token, before it asks anything',
      async () => {
        const { token, ...none } = credentialsOf(tfe);
        expect(token).toBe(tfe.token);

        const refused = await makeProject({
          ...none,
          program: program!,
          directory: mkdtempSync(join(root, 'no-token-')),
          workspace: 'refused',
          configuration: greeting('world'),
        }).terraform(INIT);

        expect(refused.code).toBe(1);
        expect(refused.stderr).toContain(`terraform login ${tfe.host}`);
      },
      TEST_WITHIN_MS,
    );

    it(
      'an apply with the token of somebody who may only plan',
      async () => {
        await initialized('planners');
        const planner = await initialized('planners', { token: await tfe.grantToken('plan') });

        succeeded(await planner.terraform(PLAN));
        const refused = await planner.terraform(APPLY);

        expect(refused.code).toBe(1);
        expect(refused.stderr).toContain('Insufficient rights to apply changes');
        expect((await tfe.runs('planners')).map(facts)).toMatchObject([{ 'plan-only': true }]);
      },
      TEST_WITHIN_MS,
    );
  });

  // Control: the other tests pass because the CA is trusted, not because nobody checks.
  it(
    'talks to nobody whose CA it does not know',
    async () => {
      const otherCa = join(root, 'no-authority.pem');
      writeFileSync(otherCa, '');

      const refused = await project('untrusted', { caFile: otherCa }).terraform(INIT);

      expect(refused.code).toBe(1);
      expect(refused.stderr).toContain('x509: certificate signed by unknown authority');
    },
    TEST_WITHIN_MS,
  );
});

interface State {
  readonly serial: number;
  readonly lineage: string;
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly resources: readonly unknown[];
}

/** Its standard output; fails with all that it said when its exit code is not 0. */
function succeeded({ code, stdout, stderr }: Ended): string {
  if (code !== 0) throw new Error(`terraform ended with exit code ${code}\n${stdout}\n${stderr}`);
  return stdout;
}
