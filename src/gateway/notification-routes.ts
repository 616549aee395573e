import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from '../service/logger.ts';
import type { TokenSource } from '../service/token-source.ts';
import type { Followed, FollowNotification } from './follow-notification.ts';
import { GatewayError } from './gateway-error.ts';
import { readNotification } from './notification-payload.ts';
import { createRecentKeys } from './run-news.ts';
import { isSignedWith, SIGNATURE_HEADER } from './signature.ts';

export interface NotificationDeps {
  /** `undefined`: the gateway takes no notifications. */
  key: TokenSource | undefined;
  follow: FollowNotification;
  logger: Logger;
}

// A payload is about 1 KiB, with a run message of at most some KiB.
const BODY_LIMIT_BYTES = 256 * 1024;
// 44 characters each: less than a megabyte.
const REMEMBERED_BODIES = 5_000;
// TFE gives up after 10 s, and shows that as a failed delivery.
const ANSWER_WITHIN_MS = 7_000;

/** `POST /v1/notifications/tfe`: refuses with 401 (signature), 400 (malformed), 413; answers 2xx to everything else. */
export async function notificationRoutes(app: FastifyInstance, { key, follow, logger }: NotificationDeps) {
  const underWay = new Set<Promise<unknown>>();
  // Anybody who has seen a delivery can send it again, so repeats are found before parsing and before asking Temporal.
  const followed = createRecentKeys(REMEMBERED_BODIES);
  app.addHook('onClose', () => Promise.allSettled(underWay));
  // The signature covers the bytes as sent, so nothing may parse them first.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));

  app.post('/v1/notifications/tfe', { bodyLimit: BODY_LIMIT_BYTES }, async (request, reply) => {
    const body = signedBody(request, key);
    const digest = createHash('sha256').update(body).digest('base64');
    if (followed.has(digest)) return { result: 'no-news' };
    const notification = readNotification(body);
    switch (notification.kind) {
      case 'malformed':
        throw new GatewayError('malformed', `the notification cannot be read: ${notification.reason}`);
      case 'verification':
        return { result: 'verified' };
      case 'other':
        return { result: 'not-about-a-run' };
      case 'run': {
        followed.add(digest);
        const following = follow(notification);
        underWay.add(following);
        void following
          .then(
            (outcome) => {
              if (outcome.result === 'busy') followed.forget(digest);
              else logFollowed(logger, request.id, notification.runId, outcome);
            },
            (error: unknown) => {
              followed.forget(digest);
              logFailed(logger, request.id, notification.runId, error);
            },
          )
          .finally(() => underWay.delete(following));
        return await answerInTime(following, reply);
      }
    }
  });
}

function signedBody(request: FastifyRequest, key: TokenSource | undefined): Buffer {
  if (key === undefined) {
    throw new GatewayError('notifications-off', 'no notifications are taken: set RUNWRIGHT_NOTIFICATION_TOKEN');
  }
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  const signature = request.headers[SIGNATURE_HEADER];
  const sent = typeof signature === 'string' ? signature : undefined;
  if (isSignedWith(key().reveal(), { body, signature: sent })) return body;
  throw new GatewayError(
    'signature',
    sent === undefined
      ? 'the notification is not signed: give the notification configuration the token of the gateway'
      : 'the signature does not fit: the notification configuration has another token than the gateway',
  );
}

/** The outcome, or that the look still runs: polling finds the truth anyway, so nobody has to wait. */
async function answerInTime(following: Promise<Followed>, reply: FastifyReply) {
  const { promise: late, resolve } = Promise.withResolvers<'late'>();
  const timer = setTimeout(() => resolve('late'), ANSWER_WITHIN_MS);
  try {
    const first = await Promise.race([following, late]);
    if (first === 'late') return await reply.code(202).send({ result: 'under-way' });
    if (first.result === 'busy') throw new GatewayError('busy', 'too many requests are being looked at: send it again');
    return { result: first.result };
  } finally {
    clearTimeout(timer);
  }
}

function logFollowed(logger: Logger, requestId: string, runId: string, followed: Followed): void {
  logger.info('notification followed', { requestId, runId, ...followed });
}

// Polling looks at the run anyway, so this failure costs only time.
function logFailed(logger: Logger, requestId: string, runId: string, error: unknown): void {
  logger.warn('notification not followed', {
    requestId,
    runId,
    reason: error instanceof Error ? error.message : 'unknown',
  });
}
