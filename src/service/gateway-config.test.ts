import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ConfigError } from './config.ts';
import { readGatewayConfig } from './gateway-config.ts';

const NEEDED = { TFE_ADDRESS: 'https://tfe.example.com', RUNWRIGHT_GATEWAY_TOKEN: 'planted-gateway-token' };

describe('the configuration of the gateway', () => {
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'runwright-gateway-config-'));
    writeFileSync(join(directory, 'token'), 'token-in-a-file\n');
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
    expect(config.gatewayToken().reveal()).toBe('planted-gateway-token');
  });

  it('takes both tokens from files', () => {
    const file = join(directory, 'token');
    const config = readGatewayConfig({
      TFE_ADDRESS: NEEDED.TFE_ADDRESS,
      RUNWRIGHT_GATEWAY_TOKEN_FILE: file,
      RUNWRIGHT_NOTIFICATION_TOKEN_FILE: file,
    });

    expect(config.gatewayToken().reveal()).toBe('token-in-a-file');
    expect(config.notificationToken?.().reveal()).toBe('token-in-a-file');
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
