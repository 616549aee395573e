import { z } from 'zod';
import { faultOfSealKeys, sealKeysIn } from './seal-keys.ts';
import { isGuessable, LONG_ENOUGH } from './token-source.ts';

/** One environment variable: what it means, and what it may hold. */
export interface Setting<T> {
  readonly meaning: string;
  /** The default, in words for the documentation; absent if there is none. */
  readonly byDefault?: string;
  readonly kind: 'plain' | 'secret';
  readonly schema: z.ZodType<T | undefined>;
}

function setting<T>(meaning: string, schema: z.ZodType<T>, rest: Partial<Setting<T>> = {}): Setting<T> {
  return { meaning, kind: 'plain', schema: schema.optional(), ...rest };
}

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

const httpUrl = z
  .string()
  .refine(
    (value) => /^https?:$/.test(URL.parse(value)?.protocol ?? ''),
    'must be a URL that begins with https:// or http://',
  );

const serverUrl = httpUrl
  .refine(
    (value) => ['/', ''].includes(URL.parse(value)?.pathname ?? '/'),
    'must have no path: https://tfe.example.com',
  )
  .refine((value) => !URL.parse(value)?.username && !URL.parse(value)?.search, 'must hold no user name and no query')
  // One spelling: lower case, no default port, no slash at the end.
  .transform((value) => new URL(value).origin);

/** HOST:PORT, as in a setting or a flag. */
export const listenAddress = z
  .string()
  .regex(/^(\[[0-9a-fA-F:]+\]|[A-Za-z0-9.-]+):\d{1,5}$/, 'must be HOST:PORT; port 0 takes a free one')
  .transform((value) => ({
    host: value.slice(0, value.lastIndexOf(':')).replace(/^\[|\]$/g, ''),
    port: Number(value.slice(value.lastIndexOf(':') + 1)),
  }))
  .refine(({ port }) => port <= 65_535, 'has a port above 65535');
export type ListenAddress = z.output<typeof listenAddress>;

// The HTTP client refuses a header with a line break or another control character, and its message contains the token.
const token = z.string().regex(/^[\x21-\x7e]+$/, 'must be one word of printable ASCII characters');

// The operator of the gateway makes these up, unlike a TFE token.
const madeUp = token.refine((value) => !isGuessable(value), `must have ${LONG_ENOUGH}`);

/**
 * Every environment variable that Runwright reads, besides Temporal's own `TEMPORAL_*`. The documentation is generated
 * from it.
 */
export const SETTINGS = {
  TFE_ADDRESS: setting('URL of Terraform Enterprise or HCP Terraform, without a path', serverUrl),
  TFE_TOKEN: setting('API token of the team or user that drives the runs', token, { kind: 'secret' }),
  RUNWRIGHT_TFE_TOKEN_FILE: setting('file that holds the token instead; read again when it changes', z.string()),
  RUNWRIGHT_SEAL_KEY: setting(
    'what workers seal and sign with, the same for all: words of at least 32 characters, separated by commas; the first one seals, the others open what they sealed',
    z
      .string()
      .superRefine((value, { addIssue }) => {
        const message = faultOfSealKeys(value);
        if (message !== undefined) addIssue({ code: 'custom', message });
      })
      .transform(sealKeysIn),
    { kind: 'secret', byDefault: 'keys that are derived from the token, so that a rotation changes them' },
  ),
  RUNWRIGHT_SEAL_KEY_FILE: setting('file that holds them instead; read again when it changes', z.string()),
  TFE_ORGANIZATION: setting('organization of commands that name none', z.string()),
  TFE_CA_FILE: setting(
    "PEM file with certificates that are trusted besides the machine's own; read again when it changes",
    z.string(),
  ),
  HTTPS_PROXY: setting('proxy for https addresses', httpUrl, { kind: 'secret' }),
  HTTP_PROXY: setting('proxy for http addresses', httpUrl, { kind: 'secret' }),
  NO_PROXY: setting('hosts, separated by commas, that are reached without the proxy', z.string()),
  RUNWRIGHT_ARCHIVE_DIR: setting('folder for packed configurations, shared by callers and workers', z.string(), {
    byDefault: '.runwright/archives',
  }),
  RUNWRIGHT_INSTALLATION: setting(
    'name of this installation in task queues and run messages',
    z.string().regex(/^[A-Za-z0-9-]{1,32}$/, 'must be 1 to 32 letters, digits and hyphens'),
    { byDefault: '8 characters derived from the Temporal namespace and the TFE host' },
  ),
  RUNWRIGHT_TEMPORAL_UI: setting(
    'URL of the Temporal UI, for links',
    httpUrl.transform((url) => url.replace(/\/$/, '')),
    {
      byDefault:
        "Temporal Cloud's for its servers; for others what `setup`, run with it, kept in the namespace, else no links",
    },
  ),
  RUNWRIGHT_HEALTH_ADDRESS: setting('HOST:PORT of /healthz and /readyz', listenAddress, {
    byDefault: 'a free port on 127.0.0.1',
  }),
  RUNWRIGHT_GATEWAY_ADDRESS: setting('HOST:PORT where the gateway serves; --listen wins', listenAddress, {
    byDefault: 'a free port on 127.0.0.1',
  }),
  RUNWRIGHT_GATEWAY_TOKEN: setting('bearer token that callers of the gateway send; at least 32 characters', madeUp, {
    kind: 'secret',
  }),
  RUNWRIGHT_GATEWAY_TOKEN_FILE: setting('file that holds it instead; read again when it changes', z.string()),
  RUNWRIGHT_NOTIFICATION_TOKEN: setting(
    "key of TFE's notification configurations, by which they are signed; at least 32 characters, and not the gateway's token",
    madeUp,
    { kind: 'secret', byDefault: 'the gateway takes no notifications' },
  ),
  RUNWRIGHT_NOTIFICATION_TOKEN_FILE: setting('file that holds it instead; read again when it changes', z.string()),
  RUNWRIGHT_LOG_LEVEL: setting(
    `least important log lines that are written: ${LOG_LEVELS.join(', ')}`,
    z.enum(LOG_LEVELS, { error: `must be one of ${LOG_LEVELS.join(', ')}` }),
    { byDefault: 'info' },
  ),
  RUNWRIGHT_TEMPORAL_SHA256: setting(
    'sha256 of the archive that "runwright up", demo and tests may download as their Temporal server',
    z.string().regex(/^[0-9a-fA-F]{64}$/, 'must be 64 hexadecimal digits'),
    { byDefault: 'it is trusted as its https connection is' },
  ),
  RUNWRIGHT_LOCAL_TFE_TOKEN: setting('API token that the local TFE accepts', token, {
    kind: 'secret',
    byDefault: 'a random one, printed when it starts',
  }),
  RUNWRIGHT_TEST_TIMES: setting(
    '`allow`: the worker takes requests whose times are below what safety rests on. Never where runs count',
    z.literal('allow', { error: 'must be allow, or not be set' }),
    { byDefault: 'such requests are refused as `invalid-request`' },
  ),
} as const satisfies Record<string, Setting<unknown>>;

export type SettingName = keyof typeof SETTINGS;

/** Proxies may be written in lower case too, which then wins, as in curl. */
const LOWER_CASE_TOO: readonly SettingName[] = ['HTTPS_PROXY', 'HTTP_PROXY', 'NO_PROXY'];

export type Settings = { readonly [Name in SettingName]?: z.output<(typeof SETTINGS)[Name]['schema']> };

/**
 * Parses all settings. An empty value counts as not set. A problem names the setting and its fault, never the value.
 */
export function parseSettings(environment: Readonly<Record<string, string | undefined>>): {
  readonly settings: Settings;
  readonly problems: readonly string[];
} {
  const problems: string[] = [];
  const entries = Object.entries(SETTINGS).map(([name, { schema }]) => {
    const lowerCase = LOWER_CASE_TOO.includes(name as SettingName) ? environment[name.toLowerCase()] : undefined;
    const value = (lowerCase || environment[name])?.trim();
    const parsed = (schema as z.ZodType).safeParse(value === '' ? undefined : value);
    if (parsed.success) return [name, parsed.data] as const;
    problems.push(`${name} ${parsed.error.issues[0]?.message ?? 'cannot be read'}`);
    return [name, undefined] as const;
  });
  return { settings: Object.fromEntries(entries) as Settings, problems };
}

export interface SettingDescription {
  readonly name: string;
  readonly meaning: string;
  readonly byDefault: string | undefined;
  readonly kind: 'plain' | 'secret';
}

/** The table of all settings, for the documentation and for `--help`. */
export const describeSettings = (): readonly SettingDescription[] =>
  Object.entries(SETTINGS as Record<string, Setting<unknown>>).map(([name, { meaning, byDefault, kind }]) => ({
    name,
    meaning,
    byDefault,
    kind,
  }));
