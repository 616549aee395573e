import type { IncomingMessage, ServerResponse } from 'node:http';

// A client that is still sending reads its answer in this time; Node throws away what comes meanwhile.
const LINGER_MS = 2_000;

/**
 * For an answer that is given before the body is there. Node would end a connection that the client wants closed right after
 * the answer, which then is lost: a reset by the unread rest overtakes it.
 */
export function keepForAnswer(request: IncomingMessage, response: ServerResponse): void {
  if (!request.complete) response.shouldKeepAlive = true;
}

/** Ends the connection of a client that was answered before its body was there, unless the rest comes soon. */
export function endUnread(request: IncomingMessage): void {
  if (request.complete) return;
  const { socket } = request;
  const stop = (): void => clearTimeout(timer);
  const timer = setTimeout(() => socket.destroy(), LINGER_MS);
  timer.unref();
  socket.once('close', stop);
  request.once('end', () => {
    stop();
    socket.off('close', stop);
    if (request.headers.connection?.toLowerCase() === 'close') socket.end();
  });
}
