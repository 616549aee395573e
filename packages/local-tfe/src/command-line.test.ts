import { describe, expect, it } from '@jest/globals';
import { HELP, readCommandLine, UsageError } from './command-line.ts';

describe('the command line of the local TFE', () => {
  it('has defaults for everything', () => {
    const { server, readyLine, help } = readCommandLine([], {});

    expect([readyLine, help]).toEqual(['text', false]);
    expect(server).toMatchObject({ tls: 'off' });
    expect([server.port, server.dataDir, server.token, server.rateLimit]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('reads every flag', () => {
    const flags =
      '--port 8090 --host 0.0.0.0 --data-dir d --token t --rate-limit 0 --list-rate-limit 7 --engine simulated';

    const read = readCommandLine(
      [
        ...flags.split(' '),
        ...'--allow-host a --allow-host b.example --pass-env A --pass-env B'.split(' '),
        '--deliveries',
        'loopback',
        '--archivist-tokens',
        'noted',
        '--tls',
        '--json',
      ],
      {},
    );

    expect(read.readyLine).toBe('json');
    expect(read.server).toMatchObject({
      port: 8090,
      host: '0.0.0.0',
      dataDir: 'd',
      token: 't',
      rateLimit: 0,
      listRateLimitPerMinute: 7,
      engine: 'simulated',
      allowHosts: ['a', 'b.example'],
      passEnv: ['A', 'B'],
      deliveries: 'loopback',
      archivistTokens: 'noted',
      tls: 'own-ca',
    });
  });

  it('takes the token from the environment, unless a flag names one', () => {
    const env = { RUNWRIGHT_LOCAL_TFE_TOKEN: 'from-env' };

    expect(readCommandLine([], env).server.token).toBe('from-env');
    expect(readCommandLine(['--token', 'flag'], env).server.token).toBe('flag');
  });

  it.each([
    [['--port', 'x']],
    [['--engine', 'magic']],
    [['--nonsense']],
    [['--rate-limit', '-1']],
    [['--allow-host', 'http://a']],
    [['--pass-env', 'A=1']],
    [['stray']],
  ])('refuses %j', (argv) => {
    expect(() => readCommandLine(argv, {})).toThrow(UsageError);
  });

  it('names all faults at once', () => {
    expect(() => readCommandLine(['--port', 'x', '--engine', 'magic'], {})).toThrow(/--port.*\n--engine/);
  });

  it('explains every flag in its help', () => {
    for (const flag of [
      'port',
      'host',
      'data-dir',
      'token',
      'rate-limit',
      'engine',
      'allow-host',
      'pass-env',
      'deliveries',
      'archivist-tokens',
      'tls',
      'json',
    ]) {
      expect(HELP).toContain(`--${flag}`);
    }
  });
});

it('the help is at most 80 columns wide', () => {
  expect(HELP.split('\n').filter((line) => line.length > 80)).toEqual([]);
});
