import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ConfigError } from './config.ts';
import { readGatewayConfig } from './gateway-config.ts';

const NEEDED = {
  TFE_ADDRESS: 'https://tfe.example.com',
  RUNWRIGHT_GATEWAY_TOKEN: `planted-gateway-token-${'x'.repeat(16)}`,
};

describe('the configuration of the gateway', () => {
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'runwright-gateway-config-'));
    writeFileSync(join(directory, 'token'), `token-in-a-file-${'x'.repeat(16)}\n`);
    writeFileSync(join(directory, 'key'), `key-in-a-file-${'x'.repeat(18)}\n`);
    writeFileSync(join(directory, 'short'), `${'planted'.padEnd(31, 'x')}\n`);
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  it('needs the address of TFE, and no token of it', () => {
    const config = readGatewayConfig(NEEDED);

    expect(config).toMatchObject({
      tfeAddress: 'https://tfe.example.com',
      gatewayAddress: { host: '127.0.0.1', port: 0 },
      notificationToken: undefined,
      tfe: undefined,
    });
    expect(config.gatewayToken().reveal()).toBe(NEEDED.RUNWRIGHT_GATEWAY_TOKEN);
  });

  it('takes both tokens from files', () => {
    const config = readGatewayConfig({
      TFE_ADDRESS: NEEDED.TFE_ADDRESS,
      RUNWRIGHT_GATEWAY_TOKEN_FILE: join(directory, 'token'),
      RUNWRIGHT_NOTIFICATION_TOKEN_FILE: join(directory, 'key'),
    });

    expect(config.gatewayToken().reveal()).toMatch(/^token-in-a-file-x+$/);
    expect(config.notificationToken?.().reveal()).toMatch(/^key-in-a-file-x+$/);
  });

  it.each(['RUNWRIGHT_GATEWAY_TOKEN', 'RUNWRIGHT_NOTIFICATION_TOKEN'])(
    'refuses a %s that can be guessed, and says how to make a good one',
    (name) => {
      const short = { ...NEEDED, [name]: 'planted'.padEnd(31, 'x') };
      const { [name]: _given, ...others } = short as Record<string, string>;

      expect(problemsOf(short)).toEqual([`${name} must have at least 32 characters: openssl rand -hex 32 makes one`]);
      expect(problemsOf({ ...others, [`${name}_FILE`]: join(directory, 'short') })).toEqual([
        `${name}_FILE: the file ${join(directory, 'short')} must hold at least 32 characters: openssl rand -hex 32 makes one`,
      ]);
    },
  );

  it('refuses one secret for both purposes, wherever it comes from', () => {
    const same =
      'RUNWRIGHT_NOTIFICATION_TOKEN is the same as RUNWRIGHT_GATEWAY_TOKEN: TFE could approve runs with it, so make another one';
    const { RUNWRIGHT_GATEWAY_TOKEN: token } = NEEDED;
    const file = join(directory, 'same');
    writeFileSync(file, token);

    expect(problemsOf({ ...NEEDED, RUNWRIGHT_NOTIFICATION_TOKEN: token })).toEqual([same]);
    expect(problemsOf({ ...NEEDED, RUNWRIGHT_NOTIFICATION_TOKEN_FILE: file })).toEqual([same]);
  });

  it('keeps a good token when its file is replaced by one that can be guessed', () => {
    const file = join(directory, 'rotated');
    writeFileSync(file, 'first'.padEnd(32, 'x'));
    const config = readGatewayConfig({ TFE_ADDRESS: NEEDED.TFE_ADDRESS, RUNWRIGHT_GATEWAY_TOKEN_FILE: file });

    writeFileSync(file, 'guess');
    expect(config.gatewayToken().reveal()).toMatch(/^first/);
    writeFileSync(file, 'second'.padEnd(40, 'x'));
    expect(config.gatewayToken().reveal()).toMatch(/^second/);
  });

  it('names every problem at once, and no value', () => {
    const problems = problemsOf({
      RUNWRIGHT_GATEWAY_TOKEN: 'planted token with blanks',
      RUNWRIGHT_NOTIFICATION_TOKEN_FILE: '/missing',
      RUNWRIGHT_LOG_LEVEL: 'loud',
    });

    expect(problems).toEqual([
      expect.stringMatching(/^RUNWRIGHT_GATEWAY_TOKEN must be one word/),
      expect.stringMatching(/^RUNWRIGHT_LOG_LEVEL must be one of/),
      expect.stringMatching(/^RUNWRIGHT_NOTIFICATION_TOKEN_FILE: the file \/missing does not exist/),
      expect.stringMatching(/^TFE_ADDRESS is not set/),
    ]);
    expect(problems.join()).not.toContain('planted');
  });

  it.each([
    ['RUNWRIGHT_GATEWAY_TOKEN is not set, nor', { TFE_ADDRESS: NEEDED.TFE_ADDRESS }],
    ['are both set', { ...NEEDED, RUNWRIGHT_GATEWAY_TOKEN_FILE: '/dev/null' }],
    ['RUNWRIGHT_GATEWAY_ADDRESS must be HOST:PORT', { ...NEEDED, RUNWRIGHT_GATEWAY_ADDRESS: '8080' }],
  ])('refuses: %s', (problem, environment) => {
    expect(problemsOf(environment).join('\n')).toContain(problem);
  });
});

function problemsOf(environment: Record<string, string>): readonly string[] {
  try {
    readGatewayConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}
