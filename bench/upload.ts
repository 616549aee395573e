import { createCipheriv } from 'node:crypto';
import { mkdir, mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startLocalTfeProcess } from '../src/stack/runwright-processes.ts';
import type { LocalTfeProcess } from '../src/stack/runwright-processes.ts';
import { openStack } from '../src/stack/stack.ts';
import type { Stack } from '../src/stack/stack.ts';
import { peakBytesOf } from './upload-client.ts';
import type { UploadMeasurement } from './upload-client.ts';

/*
 * Does memory stay flat when a large configuration is packed, kept and uploaded? Three sizes, each from a process of its own, to one local TFE
 * process over real HTTP: what grows with the size shows in the difference to the smallest.
 *
 *   node bench/upload.ts [--megabytes 200] [--json]      (at least 100)
 *
 * Exit code 1 when memory is not flat.
 */

export interface UploadResult extends UploadMeasurement {
  megabytes: number;
  /** Of the local TFE, since its start; absent where the system does not tell. */
  tfePeakBytes?: number;
}

export interface UploadBench {
  results: UploadResult[];
  /** How much more memory the largest took than the smallest. */
  growthBytes: number;
  isFlat: boolean;
}

const MIB = 1024 ** 2;
// A smaller one passes before V8 has collected the first buffers, which would count as growth.
const SMALLEST_MEGABYTES = 100;
const FILE_MEGABYTES = 8;
const MEASURED_WITHIN_MS = 600_000;
const TOKEN = 'bench-token';
const CLIENT = fileURLToPath(new URL('upload-client.ts', import.meta.url));

/** Uploads configurations of up to `megabytes` of bytes that cannot be compressed. */
export async function benchUpload(megabytes: number): Promise<UploadBench> {
  if (!(megabytes >= SMALLEST_MEGABYTES)) throw new RangeError(`less than ${SMALLEST_MEGABYTES} MB shows nothing`);
  const directory = await mkdtemp(join(tmpdir(), 'runwright-bench-'));
  const stack = openStack({ directory, environment: process.env });
  try {
    const tfe = await startLocalTfeProcess(stack, {
      token: TOKEN,
      flags: ['--engine', 'simulated', '--rate-limit', '0'],
    });
    const workspace = await makeWorkspace(tfe);
    const results: UploadResult[] = [];
    const smallest = Math.ceil(megabytes / 4);
    for (const size of [smallest, smallest * 2, megabytes]) {
      results.push(await uploadOnce(stack, tfe, { workspace, size }));
    }
    const growthBytes = (results.at(-1)?.peakBytes ?? 0) - (results[0]?.peakBytes ?? 0);
    // A configuration that is held as a whole somewhere grows by all of the difference.
    return { results, growthBytes, isFlat: growthBytes < ((megabytes - smallest) * MIB) / 2 };
  } finally {
    await stack.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

async function uploadOnce(
  stack: Stack,
  tfe: LocalTfeProcess,
  { workspace, size }: { workspace: string; size: number },
): Promise<UploadResult> {
  const directory = join(stack.directory, `configuration-${size}`);
  await writeConfiguration(directory, size);
  const child = await stack.start({
    name: `upload-${size}`,
    command: process.execPath,
    args: [CLIENT, '--directory', directory, '--archives', join(stack.directory, 'archives'), '--workspace', workspace],
    env: { TFE_ADDRESS: tfe.address, TFE_TOKEN: TOKEN },
    ready: { kind: 'line' },
    readyWithinMs: MEASURED_WITHIN_MS,
  });
  await child.exited;
  await rm(directory, { recursive: true });
  const { ready: _ready, ...measured } = child.readyLine ?? {};
  const tfePeakBytes = peakBytesOf(tfe.child.pid);
  return {
    megabytes: size,
    ...(measured as unknown as UploadMeasurement),
    ...(tfePeakBytes !== undefined && { tfePeakBytes }),
  };
}

/** The same bytes each time: a key stream, which gzip cannot shorten. */
async function writeConfiguration(directory: string, megabytes: number): Promise<void> {
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, 'main.tf'), 'output "greeting" {\n  value = "hello"\n}\n');
  const stream = createCipheriv('aes-128-ctr', Buffer.alloc(16, megabytes % 256), Buffer.alloc(16));
  const zeros = Buffer.alloc(MIB);
  for (let written = 0; written < megabytes; written += FILE_MEGABYTES) {
    const file = await open(join(directory, `data-${written}.bin`), 'w');
    for (let at = written; at < Math.min(megabytes, written + FILE_MEGABYTES); at++) {
      await file.appendFile(stream.update(zeros));
    }
    await file.close();
  }
}

async function makeWorkspace({ address }: LocalTfeProcess): Promise<string> {
  const post = async (path: string, type: string, attributes: object): Promise<{ data: { id: string } }> => {
    const answer = await fetch(`${address}/api/v2${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/vnd.api+json' },
      body: JSON.stringify({ data: { type, attributes } }),
    });
    if (answer.status !== 201) throw new Error(`POST ${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as { data: { id: string } };
  };
  await post('/organizations', 'organizations', { name: 'bench', email: 'bench@example.com' });
  return (await post('/organizations/bench/workspaces', 'workspaces', { name: 'upload' })).data.id;
}

function tableOf({ results, growthBytes, isFlat }: UploadBench): string {
  const columns = ['configuration', 'archive', 'pack', 'upload', 'processed', 'peak memory', 'TFE peak'];
  const rows = results.map((result) => [
    `${result.megabytes} MB`,
    inMegabytes(result.archiveBytes),
    inSeconds(result.packSeconds),
    inSeconds(result.uploadSeconds),
    inSeconds(result.processedSeconds),
    inMegabytes(result.peakBytes),
    result.tfePeakBytes === undefined ? '–' : inMegabytes(result.tfePeakBytes),
  ]);
  const widths = columns.map((column, index) => Math.max(column.length, ...rows.map((row) => row[index]?.length ?? 0)));
  const lines = [columns, ...rows].map((row) => row.map((cell, index) => cell.padStart(widths[index] ?? 0)).join('  '));
  const verdict = `memory is ${isFlat ? 'flat' : 'NOT flat'}: ${inMegabytes(growthBytes)} more for the largest than for the smallest`;
  return [...lines, verdict].join('\n');
}

const inMegabytes = (bytes: number): string => `${(bytes / MIB).toFixed(1)} MB`;
const inSeconds = (seconds: number): string => `${seconds.toFixed(2)} s`;

if (import.meta.main) {
  const { values } = parseArgs({
    options: { megabytes: { type: 'string', default: '200' }, json: { type: 'boolean', default: false } },
  });
  const bench = await benchUpload(Number(values.megabytes));
  console.log(values.json ? JSON.stringify(bench) : tableOf(bench));
  process.exitCode = bench.isFlat ? 0 : 1;
}
