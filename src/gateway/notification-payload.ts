import { z } from 'zod';
import { runId } from './ids.ts';

/** The facts of a TFE notification that matter here. */
export type Notification =
  | { kind: 'verification' }
  /** Assessments, workspace events, and whatever TFE adds: well formed, but no hint about a run. */
  | { kind: 'other' }
  | { kind: 'run'; runId: string; message: string; changes: RunChange[] }
  | { kind: 'malformed'; reason: string };

/** The run's status when TFE sent this. Notifications have no order, and any of them may be lost. */
export interface RunChange {
  status: string;
  /** As TFE wrote it; only compared with itself. */
  updatedAt?: string;
}

// TFE sends one; this leaves room for more.
const MAX_CHANGES = 20;
// Every part of a body may be wrong, so name only a few faults.
const NAMED_FAULTS = 5;

// TFE sends null for what does not apply, such as all facts of a run in a verification.
const text = z.string().nullish();
const word = z
  .string()
  .regex(/^[\x21-\x7e]{0,64}$/)
  .nullish();
const payload = z.object({
  run_id: runId.or(z.literal('')).nullish(),
  run_message: text,
  notifications: z
    .array(z.object({ trigger: word, run_status: word, run_updated_at: word }))
    .max(MAX_CHANGES)
    .optional(),
});

/** Reads the raw body of a notification (payload versions 1 and 2). Total: answers for any bytes. */
export function readNotification(body: Buffer): Notification {
  let document: unknown;
  try {
    document = JSON.parse(body.toString('utf8'));
  } catch {
    return { kind: 'malformed', reason: 'it is not JSON' };
  }
  const parsed = payload.safeParse(document);
  if (!parsed.success) {
    const paths = parsed.error.issues.map(({ path }) => path.join('.') || 'the document');
    return {
      kind: 'malformed',
      reason: `not as TFE writes it: ${[...new Set(paths)].slice(0, NAMED_FAULTS).join(', ')}`,
    };
  }
  const { run_id: runId, run_message: message, notifications = [] } = parsed.data;
  if (!runId) {
    const isVerification = notifications.some(({ trigger }) => trigger === 'verification');
    return { kind: isVerification ? 'verification' : 'other' };
  }
  const changes = notifications.flatMap(({ run_status: status, run_updated_at: updatedAt }) =>
    status ? [{ status, ...(updatedAt && { updatedAt }) }] : [],
  );
  return { kind: 'run', runId, message: message ?? '', changes };
}
