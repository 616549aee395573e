import { once } from 'node:events';
import { createServer, request as sendOn, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { seededRandom } from './seeded-random.ts';

/** One request that went through, in the order in which TFE answered. */
export interface ProxiedRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** What TFE answered, whether or not it arrived; `undefined`: TFE never answered. */
  readonly upstreamStatus: number | undefined;
  readonly answer: 'passed-on' | 'dropped';
}

/** Between a client and TFE: passes every request on, and lets answers get lost. Knows nothing of either side. */
export interface DroppingProxy {
  /** http://127.0.0.1:PORT */
  readonly address: string;
  readonly log: readonly ProxiedRequest[];
  /** The next answer to such a request is lost. */
  dropNext(method: string, path: RegExp): void;
  /** From now on every answer is lost with this probability, 0–1. */
  dropAtRandom(options: { readonly seed: number; readonly share: number }): void;
  /** The next such request is sent on twice, as a proxy that repeats does; the second answer is passed on. */
  repeatNext(method: string, path: RegExp): void;
  /** From now on every answer arrives. */
  passOn(): void;
  close(): Promise<void>;
}

type Choice = (method: string, path: string) => boolean;

/** Starts the proxy before `target` (`http://HOST:PORT`). The Host header is passed on, so that TFE's links lead back here. */
export async function startDroppingProxy(target: string): Promise<DroppingProxy> {
  const log: ProxiedRequest[] = [];
  const nothing = (): boolean => false;
  let isLost: Choice = nothing;
  let isRepeated: Choice = nothing;

  const handle = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const { method = 'GET', url = '/', headers } = incoming;
    const path = url.split('?')[0]!;
    const note = (upstreamStatus: number | undefined, answer: ProxiedRequest['answer']): void =>
      void log.push({ method, path, upstreamStatus, answer });
    try {
      const { connection: _ofThisHop, ...passedOn } = headers;
      const send = async (content: IncomingMessage | Readable): Promise<IncomingMessage> => {
        const upstream = sendOn(target + url, { method, headers: passedOn, agent: false });
        const answered = once(upstream, 'response') as Promise<[IncomingMessage]>;
        // Handled below: a failing body rejects both.
        answered.catch(() => {});
        await pipeline(content, upstream);
        return (await answered)[0];
      };
      let answer: IncomingMessage;
      if (isRepeated(method, path)) {
        const content = Buffer.concat(await incoming.toArray());
        const first = await send(Readable.from([content]));
        await first.toArray();
        note(first.statusCode, 'dropped');
        answer = await send(Readable.from([content]));
      } else {
        answer = await send(incoming);
      }
      // The whole answer is here: TFE has done what was asked, whatever becomes of it on the way back.
      const body = Buffer.concat(await answer.toArray());
      if (isLost(method, path)) {
        note(answer.statusCode, 'dropped');
        incoming.socket.destroy();
        return;
      }
      note(answer.statusCode, 'passed-on');
      const { connection: _ofThatHop, 'transfer-encoding': _buffered, ...answerHeaders } = answer.headers;
      outgoing.writeHead(answer.statusCode ?? 502, { ...answerHeaders, 'content-length': body.length }).end(body);
    } catch {
      // One of the two sides is gone; the other must not wait for it.
      note(undefined, 'dropped');
      incoming.socket.destroy();
    }
  };

  const server = createServer((incoming, outgoing) => void handle(incoming, outgoing));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    log,
    dropNext: (wantedMethod, wantedPath) => {
      isLost = (method, path) => {
        if (method !== wantedMethod || !wantedPath.test(path)) return false;
        isLost = nothing;
        return true;
      };
    },
    repeatNext: (wantedMethod, wantedPath) => {
      isRepeated = (method, path) => {
        if (method !== wantedMethod || !wantedPath.test(path)) return false;
        isRepeated = nothing;
        return true;
      };
    },
    dropAtRandom: ({ seed, share }) => {
      const random = seededRandom(seed);
      isLost = () => random.next() < share;
    },
    passOn: () => {
      isLost = nothing;
      isRepeated = nothing;
    },
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
