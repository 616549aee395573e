import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ConfigError, readConfig, readServiceConfig } from './config.ts';

const TFE = { TFE_ADDRESS: 'https://tfe.example.com/', TFE_TOKEN: 'planted-token' };

describe('the configuration', () => {
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'runwright-config-'));
    writeFileSync(join(directory, 'token'), 'token-in-a-file\n');
    writeFileSync(join(directory, 'not-a-certificate'), 'hello');
  });
  afterAll(() => rmSync(directory, { recursive: true }));
  const inDirectory = (name: string): string => join(directory, name);

  it('has documented defaults for everything but TFE', () => {
    const config = readServiceConfig(TFE);

    expect(config).toMatchObject({
      tfe: { address: 'https://tfe.example.com' },
      temporal: { address: 'localhost:7233', namespace: 'default' },
      archiveDirectory: '.runwright/archives',
      healthAddress: { host: '127.0.0.1', port: 0 },
      logLevel: 'info',
    });
    expect(config.tfe.token().reveal()).toBe('planted-token');
  });

  it('needs no TFE for commands that only talk to Temporal', () => {
    expect(readConfig({ TEMPORAL_ADDRESS: 'temporal:7233', TEMPORAL_NAMESPACE: 'infra' })).toMatchObject({
      tfe: undefined,
      temporal: { address: 'temporal:7233', namespace: 'infra' },
    });
  });

  it('takes the token from a file', () => {
    const config = readServiceConfig({ TFE_ADDRESS: TFE.TFE_ADDRESS, RUNWRIGHT_TFE_TOKEN_FILE: inDirectory('token') });

    expect(config.tfe.token().reveal()).toBe('token-in-a-file');
  });

  it('takes the keys of seals from a file, and reads it again when it has changed', () => {
    const [first, second] = ['a'.repeat(32), 'b'.repeat(32)];
    const file = inDirectory('seal-keys');
    writeFileSync(file, `${first}\n`);
    const config = readServiceConfig({ ...TFE, RUNWRIGHT_SEAL_KEY_FILE: file });

    expect(config.sealKeys()).toEqual([first]);
    writeFileSync(file, `${second},${first}\n`);
    expect(config.sealKeys()).toEqual([second, first]);
    writeFileSync(file, 'short');
    expect(config.sealKeys()).toEqual([second, first]);
  });

  it('lets the lower-case name of a proxy win', () => {
    const { tfe } = readServiceConfig({ ...TFE, HTTPS_PROXY: 'http://a:1', https_proxy: 'http://b:2', no_proxy: 'x' });

    expect(tfe.proxy()).toEqual({ httpsProxy: 'http://b:2', noProxy: 'x' });
  });

  it('names misspelled settings', () => {
    expect(readConfig({ RUNWRIGHT_LOGLEVEL: 'debug', RUNWRIGHT_TEST_X: '1' }).unknownSettings).toEqual([
      'RUNWRIGHT_LOGLEVEL',
    ]);
  });

  it('cannot be changed', () => {
    expect(Object.isFrozen(readServiceConfig(TFE))).toBe(true);
  });

  it('reports all problems at once', () => {
    const problems = problemsOf({
      TFE_ADDRESS: 'tfe.example.com',
      RUNWRIGHT_LOG_LEVEL: 'loud',
      RUNWRIGHT_HEALTH_ADDRESS: '8080',
      TFE_CA_FILE: inDirectory('not-a-certificate'),
      TEMPORAL_CONFIG_FILE: inDirectory('missing.toml'),
      TEMPORAL_PROFILE: 'nobody',
    });

    expect(problems).toEqual([
      expect.stringMatching(/^TFE_ADDRESS must be a URL/),
      expect.stringMatching(/^RUNWRIGHT_HEALTH_ADDRESS must be HOST:PORT/),
      expect.stringMatching(/^RUNWRIGHT_LOG_LEVEL must be one of trace/),
      expect.stringMatching(/^TFE_CA_FILE: the file .* holds no certificate/),
      expect.stringMatching(/^TFE_TOKEN is not set/),
      expect.stringMatching(/^TEMPORAL_\*: /),
    ]);
  });

  it.each([
    ['TFE_ADDRESS is not set', { TFE_TOKEN: 'x' }],
    ['TFE_ADDRESS must have no path', { ...TFE, TFE_ADDRESS: 'https://tfe.example.com/api/v2' }],
    ['TFE_ADDRESS must hold no user name', { ...TFE, TFE_ADDRESS: 'https://me:planted@tfe.example.com' }],
    ['TFE_TOKEN must be one word', { ...TFE, TFE_TOKEN: 'planted\ntoken' }],
    ['both set', { ...TFE, RUNWRIGHT_TFE_TOKEN_FILE: '/dev/null' }],
    ['/missing does not exist', { TFE_ADDRESS: TFE.TFE_ADDRESS, RUNWRIGHT_TFE_TOKEN_FILE: '/missing' }],
    ['at least 32 characters', { ...TFE, RUNWRIGHT_SEAL_KEY: 'short' }],
    ['/missing does not exist', { ...TFE, RUNWRIGHT_SEAL_KEY_FILE: '/missing' }],
    [
      'are both set: set one of them',
      { ...TFE, RUNWRIGHT_SEAL_KEY: 'k'.repeat(32), RUNWRIGHT_SEAL_KEY_FILE: '/dev/null' },
    ],
    ['RUNWRIGHT_INSTALLATION must be', { ...TFE, RUNWRIGHT_INSTALLATION: 'a b' }],
    ['port above 65535', { ...TFE, RUNWRIGHT_HEALTH_ADDRESS: '127.0.0.1:70000' }],
  ])('says "%s"', (problem, environment) => {
    expect(problemsOf(environment).join('\n')).toContain(problem);
  });

  it('shows no secret, neither in the configuration nor in its problems', () => {
    const shown = [
      inspect(readServiceConfig({ ...TFE, HTTPS_PROXY: 'http://user:planted@proxy' }), { depth: null }),
      JSON.stringify(readServiceConfig(TFE)),
      ...problemsOf({ ...TFE, TFE_TOKEN: 'planted\ntoken', HTTPS_PROXY: 'ftp://user:planted@proxy' }),
    ].join('\n');

    expect(shown).not.toContain('planted');
  });
});

function problemsOf(environment: Record<string, string>): readonly string[] {
  try {
    readServiceConfig(environment);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}
