import { describe, expect, it } from '@jest/globals';
import { allowedEnvironment } from './terraform-environment.ts';

const CALLERS = {
  PATH: '/usr/bin',
  LC_ALL: 'C.UTF-8',
  SSL_CERT_FILE: '/etc/ca.pem',
  HOME: '/home/you',
  AWS_SECRET_ACCESS_KEY: 'planted',
  GITHUB_TOKEN: 'planted',
  TF_TOKEN_app_terraform_io: 'planted',
  TF_CLI_CONFIG_FILE: '/home/you/.terraformrc',
  RUNWRIGHT_LOCAL_TFE_TOKEN: 'planted',
  NODE_OPTIONS: '--require /planted.js',
  SSH_AUTH_SOCK: '/run/planted',
  LANG: undefined,
};

describe('what terraform inherits', () => {
  it('is what it cannot work without, and none of the caller’s secrets', () => {
    expect(allowedEnvironment({ env: CALLERS, passEnv: [] })).toEqual({
      PATH: '/usr/bin',
      LC_ALL: 'C.UTF-8',
      SSL_CERT_FILE: '/etc/ca.pem',
    });
  });

  it('is more where it was asked for, by name', () => {
    const passed = allowedEnvironment({ env: CALLERS, passEnv: ['AWS_SECRET_ACCESS_KEY', 'HOME', 'NOT_SET'] });

    expect(passed).toMatchObject({ AWS_SECRET_ACCESS_KEY: 'planted', HOME: '/home/you' });
    expect(passed).not.toHaveProperty('GITHUB_TOKEN');
  });

  it('is a proxy, unless its URL holds a password', () => {
    const env = {
      HTTPS_PROXY: 'http://proxy.example:3128',
      http_proxy: 'http://you:planted@proxy.example:3128',
      NO_PROXY: 'localhost',
    };

    expect(Object.keys(allowedEnvironment({ env, passEnv: [] }))).toEqual(['HTTPS_PROXY', 'NO_PROXY']);
    expect(allowedEnvironment({ env, passEnv: ['http_proxy'] })).toEqual(env);
  });
});
