import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { waitUntil } from '../../../../test/support/wait-until.ts';
import { greeting, heldApply } from './configurations.ts';
import { terraformOnTfe, TEST_WITHIN_MS, withTerraform } from './terraform-on-tfe.ts';
import { APPLY, DESTROY, PLAN, succeeded } from './terraform-project.ts';
import type { TerraformProject } from './terraform-project.ts';
import type { Resource } from './tfe-over-tls.ts';

const APPLIED = {
  status: 'applied',
  source: 'terraform+cloud',
  message: 'Triggered via CLI',
  'plan-only': false,
  'is-destroy': false,
};

withTerraform('the terraform CLI with a cloud block', () => {
  const { root, tfe, initialized } = terraformOnTfe();
  const state = async ({ terraform }: TerraformProject): Promise<State> =>
    JSON.parse(succeeded(await terraform(['state', 'pull']))) as State;

  it(
    'makes the workspace at init, and plans speculatively: nothing can be applied, nothing is left held',
    async () => {
      const { terraform } = await initialized('speculative');
      expect(tfe().engine).toMatch(/^(terraform|tofu) /);
      expect((await tfe().workspace('speculative')).attributes).toMatchObject({ 'execution-mode': 'remote' });

      const plan = succeeded(await terraform(PLAN));

      const [run, ...others] = await tfe().runs('speculative');
      expect(others).toEqual([]);
      expect(run?.attributes).toMatchObject({
        status: 'planned_and_finished',
        source: 'terraform+cloud',
        'plan-only': true,
        'has-changes': true,
      });
      expect(plan).toContain(`https://${tfe().host}/app/${tfe().organization}/speculative/runs/${run?.id}`);
      expect(plan).toContain('# terraform_data.greeting will be created');
      expect(plan).toContain('Plan: 1 to add, 0 to change, 0 to destroy.');
      expect((await tfe().workspace('speculative')).attributes).toMatchObject({ locked: false, 'resource-count': 0 });
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
      expect((await tfe().runs('lifecycle')).map(attributes)).toMatchObject([APPLIED]);

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
      expect((await tfe().runs('lifecycle')).map(attributes)).toMatchObject([
        APPLIED,
        { ...APPLIED, 'is-destroy': true },
      ]);
      expect(filesBelow(life.home)).toEqual([]);
    },
    TEST_WITHIN_MS,
  );

  it(
    'shows the log while the apply is still running',
    async () => {
      const held = heldApply(root(), 'streamed');
      const { start } = await initialized('streamed', { configuration: held.configuration });

      const apply = start(APPLY);
      await apply.shows(/\(local-exec\): started$/m);
      expect((await tfe().runs('streamed')).map(attributes)).toMatchObject([{ status: 'applying' }]);

      held.endUnread();

      expect(succeeded(await apply.ended())).toMatch(/\(local-exec\): let go$/m);
      expect((await tfe().runs('streamed')).map(attributes)).toMatchObject([{ status: 'applied' }]);
    },
    TEST_WITHIN_MS,
  );

  it(
    'cancels the run when it is interrupted',
    async () => {
      const held = heldApply(root(), 'interrupted');
      const { start } = await initialized('interrupted', { configuration: held.configuration });
      const apply = start(APPLY);
      await apply.shows(/\(local-exec\): started$/m);

      apply.interrupt();

      expect((await apply.ended()).stdout).toContain('The remote operation was successfully cancelled.');
      // TFE has accepted the cancel; terraform ends in its own time.
      const runs = await waitUntil('the run to end', async () => {
        const all = (await tfe().runs('interrupted')).map(attributes);
        return all.some(({ status }) => status === 'applying') ? undefined : all;
      });
      expect(runs).toMatchObject([{ status: 'canceled' }]);
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
      expect((await tfe().runs(`asked-${answer}`)).map(attributes)).toMatchObject([{ status, 'auto-apply': false }]);
    },
    TEST_WITHIN_MS,
  );

  it(
    'shows tasks, costs and policies between plan and apply, and overrides a policy',
    async () => {
      const { directory, terraform } = await initialized('checked');
      const script = {
        'cost-estimate': { 'proposed-monthly-cost': '12.50' },
        policies: [{ name: 'tags', result: 'failed' }],
        'task-stages': [
          { stage: 'pre_plan', task: 'scanner' },
          { stage: 'post_plan', task: 'auditor' },
        ],
      };
      writeFileSync(join(directory, 'local-tfe.json'), JSON.stringify(script));

      // Asked nothing, the CLI overrides what can be overridden.
      const shown = succeeded(await terraform(APPLY));

      expect(shown).toMatch(/Pre-plan Tasks:[^]*scanner[^]*Post-plan Tasks:[^]*auditor/);
      expect(shown).toContain('Overall Result: Passed');
      expect(shown).toMatch(/Cost Estimation:[^]*\$12\.50\/mo/);
      expect(shown).toMatch(/Organization Policy Check:[^]*Policy: tags/);
      expect(shown).toContain('Apply complete! Resources: 1 added');
      expect((await tfe().runs('checked')).map(attributes)).toMatchObject([{ status: 'applied' }]);
    },
    TEST_WITHIN_MS,
  );

  it(
    'ends where a hard policy failed, and says so',
    async () => {
      const { directory, terraform } = await initialized('forbidden');
      const script = { policies: [{ name: 'no', enforcement: 'hard-mandatory', result: 'failed' }] };
      writeFileSync(join(directory, 'local-tfe.json'), JSON.stringify(script));

      const refused = await terraform(APPLY);

      expect(refused.code).toBe(1);
      expect(refused.stderr).toContain('hard failed');
      expect((await tfe().runs('forbidden')).map(attributes)).toMatchObject([{ status: 'errored' }]);
    },
    TEST_WITHIN_MS,
  );

  it(
    'saves a plan, shows it, and applies that plan though the configuration has changed since',
    async () => {
      const { terraform, configure } = await initialized('saved');
      succeeded(await terraform([...PLAN, '-out=saved.tfplan']));
      expect((await tfe().runs('saved')).map(attributes)).toMatchObject([{ status: 'planned_and_saved' }]);
      configure(greeting('somebody else'));

      const shown = succeeded(await terraform(['show', '-no-color', 'saved.tfplan']));
      const applied = succeeded(await terraform(['apply', '-no-color', 'saved.tfplan']));

      expect(shown).toContain('"Hello, world"');
      expect(shown).toContain('Run status: planned and saved (confirmable)');
      expect(applied).toContain('greeting = "Hello, world"');
      expect((await tfe().runs('saved')).map(attributes)).toMatchObject([{ status: 'applied' }]);
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
      expect((await tfe().workspace('moved')).attributes).toMatchObject({ locked: false });
      moved.configure(greeting('world', 'salute'));
      expect(succeeded(await moved.terraform(PLAN))).toContain('No changes.');
    },
    TEST_WITHIN_MS,
  );
});

/** What the state holds, as the CLI pulled it from TFE. */
interface State {
  readonly serial: number;
  readonly lineage: string;
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly resources: readonly unknown[];
}

/** OpenTofu makes folders where it keeps nothing. */
const filesBelow = (directory: string): string[] =>
  readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);

const attributes = ({ attributes: all }: Resource): Resource['attributes'] => all;
