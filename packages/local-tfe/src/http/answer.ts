import type { Readable } from 'node:stream';

/** What a handler wants said; nothing is sent before the faults had their word. */
export interface Answer {
  status: number;
  body?: unknown;
  /** Bytes instead of JSON. */
  raw?: Buffer | string | Readable;
  headers?: Record<string, string>;
}

export interface ErrorObject {
  status: string | number;
  title: string;
  detail?: string;
  source?: { pointer: string } | { parameter: string };
}

/** A refusal in TFE's words: thrown by handlers, answered as a JSON:API error document. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;
  readonly errors: readonly ErrorObject[];
  readonly headers: Record<string, string>;

  constructor(status: number, errors: readonly ErrorObject[], headers: Record<string, string> = {}) {
    super(errors[0]?.detail ?? errors[0]?.title ?? `status ${status}`);
    this.status = status;
    this.errors = errors;
    this.headers = headers;
  }
}

const one = (status: number, title: string, detail?: string): Refusal =>
  new Refusal(status, [{ status: String(status), title, ...(detail !== undefined && { detail }) }]);

export const badRequest = (detail: string): Refusal => one(400, 'bad request', detail);
export const unauthorized = (): Refusal => one(401, 'unauthorized');
export const forbidden = (detail: string): Refusal => one(403, 'forbidden', detail);
/** To a web page whose name was made to resolve to this machine, and to a client that knows the server by another name. */
export const foreignHost = (header: string | undefined): Refusal =>
  forbidden(
    `The host ${JSON.stringify((header ?? '').slice(0, 255))} of this request is none of this server's. ` +
      'If it is, start the server with --allow-host and that name.',
  );
/** Also the answer to somebody who may not see or do it: TFE does not tell the two apart. */
export const notFound = (): Refusal =>
  one(404, 'not found', 'Resource not found. Make sure you are authorized and the resource exists.');
export const conflict = (detail: string, title = 'conflict'): Refusal => one(409, title, detail);
export const transitionNotAllowed = (): Refusal => one(409, 'transition not allowed');
export const tooLarge = (detail: string): Refusal => one(413, 'payload too large', detail);
export const wrongContentType = (): Refusal =>
  one(415, 'invalid content type', "content-type must be 'application/vnd.api+json'");
export const invalid = (detail: string, pointer?: string): Refusal =>
  new Refusal(422, [
    { status: '422', title: 'invalid attribute', detail, ...(pointer !== undefined && { source: { pointer } }) },
  ]);
export const unavailable = (detail: string): Refusal => one(503, 'service unavailable', detail);

export const ok = (body: unknown): Answer => ({ status: 200, body });
export const created = (body: unknown): Answer => ({ status: 201, body });
/** Queued; TFE answers actions without a body. */
export const accepted = (): Answer => ({ status: 202 });
export const noContent = (): Answer => ({ status: 204 });
export const redirect = (status: 302 | 307, location: string): Answer => ({ status, headers: { location } });
export const errorAnswer = (refusal: Refusal): Answer => ({
  status: refusal.status,
  body: { errors: refusal.errors },
  headers: refusal.headers,
});
