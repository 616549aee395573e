import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Transform } from 'node:stream';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { processUpload } from '../configuration-version/process-upload.ts';
import { badRequest, notFound, tooLarge } from '../http/answer.ts';
import type { Answer } from '../http/answer.ts';
import type { Call, Route } from '../http/route.ts';
import { newId } from '../ids.ts';
import { receiveState, receiveStateJson } from '../state/receive-state.ts';
import type { ProcessUploadDeps } from '../configuration-version/process-upload.ts';
import type { ReceiveStateDeps } from '../state/receive-state.ts';
import type { Store } from '../store/store.ts';
import type { Blobs } from '../store/blobs.ts';
import type { Settings } from '../settings.ts';
import type { UrlSigner } from './signed-url.ts';
import type { Executor } from '../engine/executor.ts';
import type { BlobKind } from '../store/blobs.ts';
import type { Purpose } from './signed-url.ts';

export interface ArchivistRouteDeps extends ProcessUploadDeps, ReceiveStateDeps {
  store: Store;
  blobs: Blobs;
  settings: Settings;
  urls: UrlSigner;
  executor: Executor;
  onError: (error: unknown) => void;
}

const MAX_LOG_CHUNK = 1024 * 1024;

const upload =
  (purposes: readonly Purpose[]) =>
  async (call: Call, deps: ArchivistRouteDeps): Promise<Answer> => {
    const { id, purpose } = deps.urls.open(call.params['token'] ?? '', purposes);
    if (!call.upload) throw badRequest('The upload has no body.');
    const received = deps.blobs.path('upload', newId('upload'));
    try {
      await pipeline(call.upload, capBytes(deps.settings.maxUploadBytes), createWriteStream(received, { mode: 0o600 }));
      if (purpose === 'upload-configuration') await receiveConfiguration(deps, id, received);
      else if (purpose === 'upload-state') await receiveState(deps, id, received);
      else await receiveStateJson(deps, id, received);
    } finally {
      await rm(received, { force: true });
    }
    return { status: 200 };
  };

async function receiveConfiguration(deps: ArchivistRouteDeps, id: string, received: string): Promise<void> {
  const version = deps.store.configurationVersions.get(id);
  if (!version) throw notFound();
  // A repeated upload to the same URL is answered like the first, whose bytes stay: they are, or are being, processed.
  if (version.status !== 'pending' || deps.blobs.has('archive', id)) return;
  await rename(received, deps.blobs.path('archive', id));
  // Not awaited: TFE too has only received the bytes when it answers.
  void processUpload(deps, id).catch(deps.onError);
}

function capBytes(limit: number): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes > limit) done(tooLarge(`The upload is larger than ${limit} bytes.`));
      else done(null, chunk);
    },
  });
}

async function readLog(call: Call, deps: ArchivistRouteDeps): Promise<Answer> {
  const { id } = deps.urls.open(call.params['token'] ?? '', ['read-log']);
  const offset = Math.max(0, call.query.integer('offset', 0));
  const limit = Math.min(Math.max(0, call.query.integer('limit', MAX_LOG_CHUNK)), MAX_LOG_CHUNK);
  const raw = await deps.blobs.slice('log', id, { offset, limit });
  return { status: 200, raw, headers: { 'content-type': 'text/plain; charset=utf-8' } };
}

const KIND_OF: Partial<Record<Purpose, { kind: BlobKind; type: string }>> = {
  'read-archive': { kind: 'archive', type: 'application/octet-stream' },
  'read-plan-json': { kind: 'plan-json', type: 'application/json' },
  'read-plan-redacted': { kind: 'plan-redacted', type: 'application/json' },
  'read-plan-sanitized': { kind: 'plan-sanitized', type: 'application/json' },
  'read-policy-log': { kind: 'log', type: 'text/plain; charset=utf-8' },
  'read-schemas': { kind: 'schemas', type: 'application/json' },
  'read-state': { kind: 'state', type: 'application/json' },
  'read-state-json': { kind: 'state-json', type: 'application/json' },
};

async function readObject(call: Call, deps: ArchivistRouteDeps): Promise<Answer> {
  const purposes = Object.keys(KIND_OF) as Purpose[];
  const { id, purpose } = deps.urls.open(call.params['token'] ?? '', purposes);
  const object = KIND_OF[purpose];
  if (!object) throw notFound();
  if (object.kind === 'state-json' && !deps.blobs.has('state-json', id)) {
    const state = deps.blobs.read('state', id);
    if (!state) throw notFound();
    deps.blobs.write('state-json', id, await deps.executor.describeState(state));
  }
  if (!deps.blobs.has(object.kind, id)) throw notFound();
  const raw: Readable = deps.blobs.stream(object.kind, id);
  return { status: 200, raw, headers: { 'content-type': object.type } };
}

export const archivistRoutes: readonly Route<ArchivistRouteDeps>[] = [
  {
    method: 'PUT',
    path: '/upload/:token',
    summary: 'Receive an archive',
    door: 'signed',
    body: 'bytes',
    handle: upload(['upload-configuration']),
  },
  {
    method: 'PUT',
    path: '/state/:token',
    summary: 'Receive a state',
    door: 'signed',
    tokenSent: 'noted',
    body: 'bytes',
    handle: upload(['upload-state', 'upload-state-json']),
  },
  { method: 'GET', path: '/log/:token', summary: 'Read a log by limit and offset', door: 'signed', handle: readLog },
  {
    method: 'GET',
    path: '/object/:token',
    summary: 'Read a stored document',
    door: 'signed',
    tokenSent: 'noted',
    handle: readObject,
  },
];
