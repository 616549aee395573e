import { z } from 'zod';
import type { Cancellation } from '@runwright/client';
import { GatewayError } from './gateway-error.ts';
import { person } from './person.ts';

const query = z.strictObject({ by: person.optional(), reason: z.string().trim().min(1).max(1_000).optional() });

/** The query of `DELETE /v1/requests/ID`: who cancels, and why. Undefined if it says neither. */
export function readCancellation(sent: unknown): Cancellation | undefined {
  const parsed = query.safeParse(sent);
  if (!parsed.success) {
    const faults = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'query'}: ${message}`);
    throw new GatewayError('malformed', `the query cannot be read: ${faults.join('; ')}`, { faults });
  }
  const { by, reason } = parsed.data;
  if (by === undefined && reason === undefined) return undefined;
  if (by === undefined) throw new GatewayError('malformed', 'a reason needs its author: add by=NAME to the query');
  return { by, ...(reason !== undefined && { reason }) };
}
