import { createWriteStream } from 'node:fs';
import { chmod, rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';

export interface TemporalDownload {
  readonly version: string;
  /** The finished program appears here at once, or not at all. */
  readonly target: string;
  /** Where Temporal's SDKs get it from; another one in tests. */
  readonly origin?: string;
}

/** Long enough for a slow answer, short enough not to hold up who cannot reach it and builds from source instead. */
const ANSWER_WITHIN_MS = 10_000;
const DOWNLOAD_WITHIN_MS = 10 * 60_000;

/** Gets the `temporal` program the way Temporal's SDKs do. Rejects with one sentence when it cannot. */
export async function downloadTemporal({ version, target, origin }: TemporalDownload): Promise<void> {
  const query = new URLSearchParams({ ...platformQuery(), format: 'tar.gz' });
  const info = await answer(
    `${origin ?? 'https://temporal.download'}/cli/v${version}?${query.toString()}`,
    ANSWER_WITHIN_MS,
  );
  const { archiveUrl, fileToExtract } = (await info.json()) as { archiveUrl: string; fileToExtract: string };
  // The program is run: it must come over the same kind of connection as the answer that names it.
  if (!archiveUrl.startsWith(origin === undefined ? 'https://' : origin)) throw new Error('the download is not secure');
  const archive = await answer(archiveUrl, DOWNLOAD_WITHIN_MS);
  const unfinished = `${target}.downloading-${process.pid}`;
  try {
    await extractOne(Readable.fromWeb(archive.body as ReadableStream), fileToExtract, unfinished);
    await chmod(unfinished, 0o755);
    await rename(unfinished, target);
  } finally {
    await rm(unfinished, { force: true });
  }
}

async function answer(url: string, withinMs: number): Promise<Response> {
  const { host } = new URL(url);
  const response = await fetch(url, { signal: AbortSignal.timeout(withinMs) }).catch((error: Error) => {
    throw new Error(`${host} cannot be reached (${causeOf(error)})`);
  });
  if (!response.ok || response.body === null) throw new Error(`${host} answered HTTP ${response.status}`);
  return response;
}

const causeOf = (error: Error): string =>
  (error.cause as { code?: string } | undefined)?.code ?? (error.name === 'TimeoutError' ? 'no answer' : error.message);

function platformQuery(): { platform: string; arch: string } {
  const platforms: Partial<Record<NodeJS.Platform, string>> = { linux: 'linux', darwin: 'darwin' };
  const architectures: Partial<Record<NodeJS.Architecture, string>> = { x64: 'amd64', arm64: 'arm64' };
  const platform = platforms[process.platform];
  const arch = architectures[process.arch];
  if (platform === undefined || arch === undefined) throw new Error(`none for ${process.platform} on ${process.arch}`);
  return { platform, arch };
}

async function extractOne(archive: Readable, name: string, target: string): Promise<void> {
  const tar = extract();
  let found = false;
  tar.on('entry', (header, content, next) => {
    if (header.name !== name) {
      content.resume().on('end', next);
      return;
    }
    found = true;
    pipeline(content, createWriteStream(target)).then(() => next(), next);
  });
  await pipeline(archive, createGunzip(), tar);
  if (!found) throw new Error(`the archive holds no ${name}`);
}
