import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { terraformOnTfe, TEST_WITHIN_MS, withTerraform } from './terraform-on-tfe.ts';
import { APPLY, INIT, PLAN, succeeded } from './terraform-project.ts';

withTerraform('what the terraform CLI is refused', () => {
  const { name, root, tfe, project, initialized } = terraformOnTfe();

  it(
    'everything with a wrong token, in TFE’s word',
    async () => {
      const refused = await project('refused', { token: 'wrong' }).terraform(INIT);

      expect(refused.code).toBe(1);
      expect(refused.stderr).toContain(`Failed to read organization "${tfe().organization}" at host ${tfe().host}`);
      expect(refused.stderr).toMatch(/\bunauthorized\b/);
      await expect(tfe().workspace('refused')).rejects.toThrow('404');
    },
    TEST_WITHIN_MS,
  );

  it(
    'everything without a token: it is told how to log in',
    async () => {
      const refused = await project('refused', { token: undefined }).terraform(INIT);

      expect(refused.code).toBe(1);
      expect(refused.stderr).toContain(`${name} login ${tfe().host}`);
    },
    TEST_WITHIN_MS,
  );

  it(
    'an apply with the token of somebody who may only plan',
    async () => {
      await initialized('planners');
      const planner = await initialized('planners', { token: await tfe().grantToken('plan') });

      succeeded(await planner.terraform(PLAN));
      const refused = await planner.terraform(APPLY);

      expect(refused.code).toBe(1);
      expect(refused.stderr).toContain('Insufficient rights to apply changes');
      expect((await tfe().runs('planners')).map(({ attributes }) => attributes)).toMatchObject([{ 'plan-only': true }]);
    },
    TEST_WITHIN_MS,
  );

  // Control: the other tests pass because the CA is trusted, not because nobody checks.
  it(
    'nothing by TFE but by itself where it does not know the CA',
    async () => {
      const otherCa = join(root(), 'no-authority.pem');
      writeFileSync(otherCa, '');

      const refused = await project('untrusted', { caFile: otherCa }).terraform(INIT);

      expect(refused.code).toBe(1);
      expect(refused.stderr).toContain('x509: certificate signed by unknown authority');
    },
    TEST_WITHIN_MS,
  );
});
