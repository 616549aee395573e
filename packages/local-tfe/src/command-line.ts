import { parseArgs } from 'node:util';
import { z } from 'zod';
import type { LocalTfeOptions } from './options.ts';

export const HELP = `Run a Terraform Enterprise on this machine: first use, development and tests.

Usage: local-tfe [options]

  --port N              port (default: a free one)
  --host HOST           address to listen on (default 127.0.0.1: only this
                        machine)
  --allow-host NAME     another name by which clients reach it; requests for
                        other hosts are refused (repeatable)
  --data-dir DIR        keep everything there; without it nothing outlives the
                        process
  --token TOKEN         the administrator's token (default:
                        RUNWRIGHT_LOCAL_TFE_TOKEN, else made up and printed)
  --rate-limit N        requests a second and user (default 30; 0: no limit)
  --list-rate-limit N   run lists a minute and user (default 30; 0: no limit)
  --engine ENGINE       auto, real (terraform or tofu of PATH) or simulated
                        (default auto)
  --pass-env NAME       a variable of this environment that terraform inherits,
                        with its secrets (repeatable)
  --deliveries loopback send notifications to this machine only; others are
                        recorded as answered 200
  --archivist-tokens noted
                        take uploads and log reads that carry a bearer token,
                        and only write it down
  --tls                 serve https with a certificate of its own CA, kept in
                        the data directory
  --json                print the ready line as JSON
  --help                show this

Example: local-tfe --port 8090 --data-dir .runwright/local-tfe
`;

const whole = (most: number) => {
  const error = `must be a whole number from 0 to ${most}`;
  return z.coerce.number({ error }).int({ error }).min(0, { error }).max(most, { error });
};

const Options = z.object({
  port: whole(65_535).optional(),
  host: z.string().min(1, 'must not be empty').optional(),
  'allow-host': z.array(z.string().regex(/^[A-Za-z0-9._-]{1,253}$/, 'must be a host name without a port')).optional(),
  'data-dir': z.string().min(1, 'must not be empty').optional(),
  token: z.string().min(1, 'must not be empty').optional(),
  'rate-limit': whole(1_000_000).optional(),
  'list-rate-limit': whole(1_000_000).optional(),
  engine: z.enum(['auto', 'real', 'simulated']).optional(),
  'pass-env': z.array(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'must be the name of a variable')).optional(),
  deliveries: z.enum(['loopback', 'send']).optional(),
  'archivist-tokens': z.enum(['noted', 'refused']).optional(),
  tls: z.boolean().default(false),
  json: z.boolean().default(false),
  help: z.boolean().default(false),
});

export interface CommandLine {
  server: LocalTfeOptions;
  readyLine: 'json' | 'text';
  help: boolean;
}

export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Reads flags and environment. Throws a UsageError whose message names every fault. */
export function readCommandLine(argv: readonly string[], env: Record<string, string | undefined>): CommandLine {
  let values: unknown;
  try {
    const string = { type: 'string' } as const;
    const strings = { type: 'string', multiple: true } as const;
    const flag = { type: 'boolean' } as const;
    ({ values } = parseArgs({
      args: [...argv],
      options: {
        port: string,
        host: string,
        'allow-host': strings,
        'data-dir': string,
        token: string,
        'rate-limit': string,
        'list-rate-limit': string,
        engine: string,
        'pass-env': strings,
        deliveries: string,
        'archivist-tokens': string,
        tls: flag,
        json: flag,
        help: flag,
      },
    }));
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : 'the command line cannot be read');
  }
  const parsed = Options.safeParse(values);
  if (!parsed.success) {
    throw new UsageError(parsed.error.issues.map((issue) => `--${issue.path.join('.')}: ${issue.message}`).join('\n'));
  }
  const options = parsed.data;
  return {
    help: options.help,
    readyLine: options.json ? 'json' : 'text',
    server: {
      port: options.port,
      host: options.host,
      allowHosts: options['allow-host'],
      dataDir: options['data-dir'],
      token: options.token ?? (env['RUNWRIGHT_LOCAL_TFE_TOKEN'] || undefined),
      rateLimit: options['rate-limit'],
      listRateLimitPerMinute: options['list-rate-limit'],
      engine: options.engine,
      passEnv: options['pass-env'],
      deliveries: options.deliveries,
      archivistTokens: options['archivist-tokens'],
      tls: options.tls ? 'own-ca' : 'off',
      env,
    },
  };
}
