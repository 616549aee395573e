import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { createFolderStore } from '@runwright/client/archive';
import { createTfeClient } from '../src/tfe/client.ts';
import type { TfeClient } from '../src/tfe/client.ts';

/*
 * The measured process: packs a directory, uploads the archive and waits until TFE has processed it, as caller and worker do. Prints one line of
 * JSON. A process of its own, because the peak of a process's memory is never reset.
 */

/** What one upload took. */
export interface UploadMeasurement {
  archiveBytes: number;
  files: number;
  packSeconds: number;
  uploadSeconds: number;
  /** From the end of the upload until TFE shows the configuration version as uploaded. */
  processedSeconds: number;
  peakBytes: number;
}

const PROCESSED_WITHIN_MS = 120_000;
const LOOK_AGAIN_MS = 50;

async function measure(given: {
  tfe: TfeClient;
  directory: string;
  archives: string;
  workspace: string;
}): Promise<UploadMeasurement> {
  const { tfe, directory, archives, workspace } = given;
  const store = createFolderStore(archives);
  const [ref, packSeconds] = await timed(() => store.put(directory));
  const version = await tfe.configurationVersions.create({ workspaceId: workspace, autoQueueRuns: false });
  const [, uploadSeconds] = await timed(async () =>
    tfe.configurationVersions.upload(version.uploadUrl, await store.open(ref)),
  );
  const [, processedSeconds] = await timed(() => processed(tfe, version.id));
  return {
    archiveBytes: ref.bytes,
    files: ref.files,
    packSeconds,
    uploadSeconds,
    processedSeconds,
    peakBytes: peakBytesOf('self') ?? process.resourceUsage().maxRSS * 1024,
  };
}

async function processed(tfe: TfeClient, id: string): Promise<void> {
  const deadlineMs = performance.now() + PROCESSED_WITHIN_MS;
  for (;;) {
    const { status, errorMessage } = await tfe.configurationVersions.read(id);
    if (status === 'uploaded') return;
    if (status === 'errored') throw new Error(`TFE refused the configuration: ${errorMessage ?? 'it gives no reason'}`);
    if (performance.now() > deadlineMs) throw new Error(`TFE still shows the configuration as ${status}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
}

async function timed<T>(work: () => Promise<T>): Promise<[T, number]> {
  const startedMs = performance.now();
  const result = await work();
  return [result, (performance.now() - startedMs) / 1000];
}

/**
 * The largest memory a process has had in RAM so far; undefined where the system does not tell. Not `maxRSS`: on Linux that begins with the memory
 * of whoever started the process.
 */
export function peakBytesOf(pid: number | 'self'): number | undefined {
  try {
    const kibibytes = /^VmHWM:\s+(\d+) kB$/mu.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kibibytes === undefined ? undefined : Number(kibibytes) * 1024;
  } catch {
    return undefined;
  }
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: { directory: { type: 'string' }, archives: { type: 'string' }, workspace: { type: 'string' } },
  });
  const { directory = '', archives = '', workspace = '' } = values;
  const tfe = createTfeClient({
    address: process.env['TFE_ADDRESS'] ?? '',
    token: () => process.env['TFE_TOKEN'] ?? '',
  });
  const measured = await measure({ tfe, directory, archives, workspace });
  await tfe.close();
  console.log(JSON.stringify({ ready: true, ...measured }));
}
