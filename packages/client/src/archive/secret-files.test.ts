import { describe, expect, it } from '@jest/globals';
import { secretLooking } from './secret-files.ts';

describe('a file looks like a secret', () => {
  it.each([
    '.env',
    'sub/.env.production',
    'prod.env',
    'tls/server.pem',
    'tls/SERVER.KEY',
    'id_ed25519',
    'terraform.tfstate',
    'terraform.tfstate.backup',
    'envs/prod.tfstate.1700000000.backup',
    'out.tfplan',
    'tfplan',
    '.terraformrc',
    'home/terraform.rc',
    '.terraform.d/credentials.tfrc.json',
    '.netrc',
    '.npmrc',
    'home/.aws/credentials',
    'home/.kube/config',
    'service-account-prod.json',
    'secrets.auto.tfvars',
    'secret.yaml',
    '.runwright/env',
  ])('by its name: %s', (path) => {
    expect(secretLooking([path])).toEqual([path]);
  });

  it.each([
    'main.tf',
    'environment.tf',
    'secrets.tf',
    'terraform.tfvars',
    '.env.example',
    '.environment',
    'id_rsa.pub',
    'docs/keys.md',
    'config',
    'modules/key/main.tf',
    '.terraform.lock.hcl',
    'tfstate.tf',
    'x.runwright/kept',
  ])('but not %s', (path) => {
    expect(secretLooking([path])).toEqual([]);
  });

  it('of whom twenty are named, with names that fit on a line', () => {
    const named = secretLooking(Array.from({ length: 500 }, (_, index) => `${'d/'.repeat(500)}${index}.pem`));

    expect(named).toHaveLength(20);
    expect(named[0]).toHaveLength(201);
  });

  it('found in one look at a name of any length', () => {
    expect(
      secretLooking([`${'.env'.repeat(250_000)}/`, `${'a.env.'.repeat(200_000)}/x`, 'secret.'.repeat(200_000)]),
    ).toEqual([]);
  });
});
