import { expect, it } from '@jest/globals';
import { terraformOnTfe, TEST_WITHIN_MS, withTerraform } from './terraform-on-tfe.ts';
import { APPLY, DESTROY, PLAN, succeeded } from './terraform-project.ts';

withTerraform('the terraform CLI with backend "remote"', () => {
  const { tfe, initialized } = terraformOnTfe();

  it(
    'plans, applies and destroys, and shows logs for people: it cannot read structured ones',
    async () => {
      const { terraform } = await initialized('remote', { block: 'remote' });

      const shown = [];
      for (const command of [PLAN, APPLY, DESTROY]) shown.push(succeeded(await terraform(command)));

      expect(shown[0]).toContain('# terraform_data.greeting will be created');
      expect(shown[1]).toContain('Apply complete! Resources: 1 added, 0 changed, 0 destroyed.');
      expect(shown[2]).toContain('Resources: 0 added, 0 changed, 1 destroyed.');
      expect(shown.join('')).not.toContain('"@level"');
      const common = { source: 'terraform', message: 'Queued manually using Terraform' };
      expect((await tfe().runs('remote')).map(({ attributes }) => attributes)).toMatchObject([
        { ...common, status: 'planned_and_finished', 'plan-only': true },
        { ...common, status: 'applied' },
        { ...common, status: 'applied', 'is-destroy': true },
      ]);
    },
    TEST_WITHIN_MS,
  );
});
