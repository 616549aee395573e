import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { HELP, readCommandLine, UsageError } from './command-line.ts';
import { explainStart } from './explain-start.ts';
import { startLocalTfe } from './server.ts';
import type { LocalTfe } from './server.ts';

interface Streams {
  out: { write(text: string): unknown };
  err: { write(text: string): unknown };
  env: Record<string, string | undefined>;
}

/**
 * `local-tfe`: serves until SIGTERM or SIGINT. Returns the exit code: 0 stopped as asked, 1 could not start, 2 usage.
 */
export async function main(argv: readonly string[], { out, err, env }: Streams): Promise<number> {
  let tfe: LocalTfe;
  const stopped = stopSignal();
  try {
    const { server, readyLine, help } = readCommandLine(argv, env);
    if (help) {
      out.write(HELP);
      return 0;
    }
    const onError = (error: unknown): void => {
      err.write(`local TFE: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    };
    tfe = await startLocalTfe({ ...server, onError }).catch((error: unknown) => {
      const { host = '127.0.0.1', port = 0, dataDir = tmpdir() } = server;
      throw new Error(explainStart(error, { host, port, dataDir }), { cause: error });
    });
    out.write(readyLine === 'json' ? readyJson(tfe) : readyText(tfe, server.token));
  } catch (error) {
    const more = error instanceof UsageError ? '; "runwright local-tfe --help" shows the options' : '';
    err.write(`runwright: ${error instanceof Error ? error.message : String(error)}${more}\n`);
    return error instanceof UsageError ? 2 : 1;
  }
  await stopped;
  await tfe.close();
  return 0;
}

function readyJson(tfe: LocalTfe): string {
  const { address, engine, caFile } = tfe;
  const line = {
    ready: true,
    address,
    health: `${address}/_health`,
    engine,
    ...(caFile !== undefined && { ca: caFile }),
  };
  return `${JSON.stringify(line)}\n`;
}

/** A token that was made up is printed, once: nobody could know it otherwise. */
function readyText(tfe: LocalTfe, token: string | undefined): string {
  const parts = [`local TFE ${tfe.address} (${tfe.engine})`];
  if (tfe.caFile !== undefined) parts.push(`CA ${tfe.caFile}`);
  if (token === undefined) parts.push(`token ${tfe.token}`);
  return `${parts.join('  ')}\n`;
}

async function stopSignal(): Promise<void> {
  await Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);
}
