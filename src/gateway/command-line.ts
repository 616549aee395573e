import { parseArgs } from 'node:util';
import { listenAddress, type ListenAddress } from '../service/settings.ts';

export const HELP = `runwright gateway [--json] [--listen HOST:PORT]

Serves requests and decisions over HTTP, and takes notifications of TFE, until SIGTERM or Ctrl-C.

  POST   /v1/requests                 asks for a run: the request as JSON
  GET    /v1/requests                 the requests of this installation, newest first
  GET    /v1/requests/ID              one request; ID is its key, or its workflow id with / as %2F
  POST   /v1/requests/ID/decisions    {"verdict": "approve", "runId": "run-…", "by": "your name"}
  DELETE /v1/requests/ID              asks for its end
  POST   /v1/notifications/tfe        for notification configurations of TFE (generic, with the token)

  --listen HOST:PORT  where to serve (default: RUNWRIGHT_GATEWAY_ADDRESS, or a free port on 127.0.0.1)
  --json              the ready line as JSON

/v1/requests needs "Authorization: Bearer" with RUNWRIGHT_GATEWAY_TOKEN; notifications are signed with
RUNWRIGHT_NOTIFICATION_TOKEN. It speaks HTTP: beyond this machine, put a proxy with TLS before it.

Example: runwright gateway --listen 127.0.0.1:8095
`;

export type CommandLine =
  { kind: 'help' } | { kind: 'serve'; format: 'json' | 'text'; listen: ListenAddress | undefined };

/** Thrown for flags that cannot be used; the message is for people. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export function readCommandLine(argv: readonly string[]): CommandLine {
  const { help, json, listen } = parse(argv);
  if (help) return { kind: 'help' };
  return { kind: 'serve', format: json ? 'json' : 'text', listen: listen === undefined ? undefined : toListen(listen) };
}

function parse(argv: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: { json: { type: 'boolean' }, help: { type: 'boolean' }, listen: { type: 'string' } },
    });
    return values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function toListen(text: string): ListenAddress {
  const parsed = listenAddress.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new UsageError(`--listen ${parsed.error.issues[0]?.message ?? 'cannot be read'}`);
}
