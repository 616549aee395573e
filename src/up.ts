import { randomBytes } from 'node:crypto';
import { join, relative, resolve } from 'node:path';
import { makeFolder } from '@runwright/client/archive';
import { withFileLock } from './stack/file-lock.js';
import { REQUIRED_ATTRIBUTES } from './temporal/required-attributes.ts';
import { printReady } from './service/ready-line.ts';
import type { ServiceOptions, ServiceStreams } from './service/run-service.ts';
import { untilStopSignal } from './service/stop-signal.ts';
import { describeStartFailure } from './stack/describe-failure.ts';
import { writeEnvironmentFile } from './stack/environment-file.ts';
import { ensureWorkspace } from './stack/first-workspace.ts';
import { rememberStack } from './stack/remembered-stack.ts';
import { connectionSettings } from './stack/runwright-processes.ts';
import type { WorkerNews } from './stack/kept-worker.ts';
import { whatNext } from './stack/what-next.ts';
import { startRunwrightStack, type RunwrightStack } from './stack/runwright-stack.ts';
import { findTemporal } from './stack/temporal/temporal-program.ts';
import type { SearchAttributeType } from './stack/temporal/temporal-server.ts';
import { findTerraform } from './stack/terraform-program.ts';

const FIRST = { organization: 'demo', workspace: 'hello' };

/** Thrown where the directory is in use. */
class AlreadyUp extends Error {
  override readonly name = 'AlreadyUp';
}

/** `up`. Exit codes: 0 stopped as asked, 1 it could not start or a part of it ended by itself. */
export async function main(
  { dir, json }: ServiceOptions & { readonly dir: string },
  streams: ServiceStreams,
): Promise<number> {
  const directory = resolve(dir);
  try {
    await makeFolder(directory);
    return await withFileLock(
      join(directory, 'lock'),
      () => serve(directory, json ? 'json' : 'text', streams),
      inUse(directory),
    );
  } catch (error) {
    streams.err.write(`runwright: ${describeStartFailure(error)}\n`);
    return 1;
  }
}

const inUse = (directory: string) => (holder: string) => {
  throw new AlreadyUp(
    `"runwright up" is running in ${directory} already (process ${holder}): use that one, or give this one another --dir`,
  );
};

async function serve(directory: string, format: 'json' | 'text', { out, err, env }: ServiceStreams): Promise<number> {
  const say = (line: string): void => void err.write(`${line}\n`);
  const temporal = await findTemporal(env, say);
  const terraform = await findTerraform(env, say);
  const stopping = new AbortController();
  const stopped = untilStopSignal().then(() => stopping.abort());
  const remembered = await rememberStack(directory, () => randomBytes(24).toString('base64url'));
  let stack: RunwrightStack | undefined;
  try {
    stack = await startRunwrightStack({
      directory,
      storage: 'disk',
      environment: env,
      temporal,
      terraform,
      ...remembered,
      searchAttributes: searchAttributes(),
      workerSettings: workerSettings(env),
      onWorkerNews: (news) => say(describeWorkerNews(news)),
      onReady: ({ part, where, what }) => say(`  ${part.padEnd(10)} ${where}  (${what})`),
      signal: stopping.signal,
    });
    await ensureWorkspace(stack.connections.tfe, FIRST);
    const environmentFile = await announce(stack, { directory, format, out });
    if (format === 'text')
      out.write(whatNext({ environmentFile, ui: stack.temporal.uiUrl, path: env['PATH'], ...FIRST }));
    return await untilEnd(stack, stopped, say);
  } catch (error) {
    if (stopping.signal.aborted) return 0;
    throw error;
  } finally {
    await stack?.stop();
  }
}

interface Announcing {
  directory: string;
  format: 'json' | 'text';
  out: ServiceStreams['out'];
}

/** One line; what other terminals need besides stands in a file, because the token does not belong on a screen. */
async function announce(stack: RunwrightStack, { directory, format, out }: Announcing): Promise<string> {
  const environmentFile = join(directory, 'env');
  const { connections, temporal, tfe, worker } = stack;
  await writeEnvironmentFile(environmentFile, {
    ...connectionSettings({ ...connections, env: {} }),
    TFE_ORGANIZATION: FIRST.organization,
  });
  const fromHere = relative(process.cwd(), environmentFile);
  const shown = format === 'json' || fromHere.startsWith('..') ? environmentFile : fromHere;
  printReady(
    {
      address: tfe.address,
      health: worker.health,
      temporal: temporal.address,
      ...(temporal.uiUrl !== undefined && { ui: temporal.uiUrl }),
      env: shown,
    },
    { name: 'up', format, out },
  );
  return shown;
}

async function untilEnd(stack: RunwrightStack, stopped: Promise<void>, say: (line: string) => void): Promise<number> {
  const broken = await Promise.race([stopped, stack.broken]);
  if (broken === undefined) return 0;
  const often = broken.name === 'worker' ? 'again and again' : 'unexpectedly';
  say(`runwright: ${broken.name} ended ${often}, so everything is stopped (log: ${broken.logFile})`);
  return 1;
}

const describeWorkerNews = (news: WorkerNews): string =>
  news.kind === 'back'
    ? `  worker     is back  (health ${news.health})`
    : `runwright: the worker ${news.how}; it is started again in ${news.againInMs / 1_000} s (log: ${news.logFile})`;

const searchAttributes = (): Record<string, SearchAttributeType> =>
  Object.fromEntries(REQUIRED_ATTRIBUTES.map(({ name, type }) => [name, type as SearchAttributeType]));

/** The stack inherits no setting that might name a real server; these two say only how the worker shows itself. */
const workerSettings = (env: ServiceStreams['env']): Record<string, string | undefined> => ({
  RUNWRIGHT_HEALTH_ADDRESS: env['RUNWRIGHT_HEALTH_ADDRESS'],
  RUNWRIGHT_LOG_LEVEL: env['RUNWRIGHT_LOG_LEVEL'],
});
