import { createHash } from 'node:crypto';
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
  /** Of the archive, in hexadecimal: where it is given, nothing else becomes a program. */
  readonly sha256?: string;
  /** Where Temporal's SDKs get it from; another one in tests. */
  readonly origin?: string;
}

/** Long enough for a slow answer, short enough not to hold up who cannot reach it and builds from source instead. */
const ANSWER_WITHIN_MS = 10_000;
const DOWNLOAD_WITHIN_MS = 10 * 60_000;

/** Gets the `temporal` program the way Temporal's SDKs do. Rejects with one sentence when it cannot. */
export async function downloadTemporal({ version, target, sha256, origin }: TemporalDownload): Promise<void> {
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
    const received = await extractOne(Readable.fromWeb(archive.body as ReadableStream), fileToExtract, unfinished);
    if (sha256 !== undefined && received !== sha256) {
      throw new Error(`the download is refused: its sha256 is ${received}, wanted is ${sha256}`);
    }
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

/** Writes one file of the archive, and says the sha256 of all of it. */
async function extractOne(archive: Readable, name: string, target: string): Promise<string> {
  const hash = createHash('sha256');
  const hashed = async function* (chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      hash.update(chunk);
      yield chunk;
    }
  };
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
  await pipeline(archive, hashed, createGunzip(), tar);
  if (!found) throw new Error(`the archive holds no ${name}`);
  return hash.digest('hex');
}
