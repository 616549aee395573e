import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import type { Delivery } from '../control/faults.ts';
import type { Answer } from './answer.ts';

/** Says what is to be said, or ends the connection as the fault wants it. */
export async function deliver(delivery: Delivery, reply: FastifyReply): Promise<void> {
  switch (delivery.kind) {
    case 'answer':
      return send(delivery.answer, reply);
    case 'half-answer':
      return sendHalf(delivery.answer, reply);
    case 'close':
      reply.hijack();
      reply.raw.socket?.destroy();
      return;
    case 'reset':
      reply.hijack();
      reply.raw.socket?.resetAndDestroy();
      return;
    case 'silence':
      reply.hijack();
      return; // the client gives up, or the server's end closes the connection
  }
}

async function send(answer: Answer, reply: FastifyReply): Promise<void> {
  reply.code(answer.status);
  if (answer.headers) reply.headers(answer.headers);
  if (answer.raw !== undefined) {
    if (!reply.hasHeader('content-type')) reply.header('content-type', 'application/octet-stream');
    await reply.send(answer.raw);
    return;
  }
  if (answer.body === undefined) {
    await reply.send();
    return;
  }
  reply.header('content-type', 'application/vnd.api+json; charset=utf-8');
  await reply.send(JSON.stringify(answer.body));
}

async function sendHalf(answer: Answer, reply: FastifyReply): Promise<void> {
  const whole = answer.raw ?? (answer.body === undefined ? '{"data":null}' : JSON.stringify(answer.body));
  const bytes = whole instanceof Readable ? Buffer.concat(await whole.toArray()) : Buffer.from(whole);
  reply.hijack();
  reply.raw.writeHead(answer.status, {
    'content-type': 'application/vnd.api+json; charset=utf-8',
    'content-length': bytes.length,
    ...answer.headers,
  });
  reply.raw.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => reply.raw.socket?.destroy());
}
