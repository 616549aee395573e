import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { type ArchiveRef, RunwrightClient } from '@runwright/client';
import { createFolderStore } from '@runwright/client/archive';
import { REQUIRED_ATTRIBUTES } from '../src/temporal/required-attributes.ts';
import { freePorts, startRunwrightStack } from '../src/stack/runwright-stack.ts';
import { findTemporal } from '../src/stack/temporal/temporal-program.ts';
import type { SearchAttributeType } from '../src/stack/temporal/temporal-server.ts';
import { findTerraform } from '../src/stack/terraform-program.ts';
import type { TfeControl } from './tfe-control.ts';

export const ORGANIZATION = 'bench';

export interface BenchServers {
  readonly tfe: TfeControl;
  readonly client: RunwrightClient;
  readonly temporal: Client;
  /** One `terraform_data`. */
  readonly archive: ArchiveRef;
  readonly archiveFile: string;
  /** Where it was measured, for the report. */
  readonly machine: string;
}

export const say = (line: string): void => void process.stderr.write(`${line}\n`);

/** Temporal, a local TFE and one worker, each as installed, for as long as `work` takes. */
export async function withBenchServers<T>(
  { engine }: { readonly engine: 'terraform' | 'simulated' },
  work: (servers: BenchServers) => Promise<T>,
): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'runwright-bench-'));
  const stack = await startRunwrightStack({
    directory,
    storage: 'disk',
    environment: process.env,
    temporal: await findTemporal(process.env, say),
    terraform: engine === 'terraform' ? await findTerraform(process.env, say) : undefined,
    ...(engine === 'simulated' && { localTfeFlags: ['--engine', 'simulated'] }),
    token: randomBytes(24).toString('base64url'),
    ports: await freePorts(),
    setup: 'left-out',
    searchAttributes: Object.fromEntries(
      REQUIRED_ATTRIBUTES.map(({ name, type }) => [name, type as SearchAttributeType]),
    ),
    onReady: ({ part, what }) => say(` ${part}: ${what}`),
  });
  try {
    const { temporal: where, tfe, archiveDirectory } = stack.connections;
    const oneResource = fileURLToPath(new URL('one-resource', import.meta.url));
    const archive = await createFolderStore(archiveDirectory).put(oneResource);
    const client = await RunwrightClient.connect({
      temporal: { address: where.address, environment: {} },
      tfeAddress: tfe.address,
    });
    const connection = await Connection.connect({ address: where.address });
    try {
      return await work({
        ...{ tfe, client, temporal: new Client({ connection }), archive },
        archiveFile: join(archiveDirectory, `${archive.sha256}.tar.gz`),
        machine: `${cpus().length} CPUs, Node ${process.versions.node}, ${stack.tfe.engine}`,
      });
    } finally {
      await client.close();
      await connection.close();
    }
  } finally {
    await stack.stop();
    await rm(directory, { recursive: true, force: true });
  }
}
