import { z } from 'zod';
import { ENDING_NAMES, PHASES, type RequestFilter } from '@runwright/client';
import { tfeName } from '@runwright/client/contract/schema';
import { pointInTime, POINTS_IN_TIME } from '../domain/point-in-time.ts';
import { GatewayError } from './gateway-error.ts';
import { runId } from './ids.ts';

const person = z
  .string()
  .max(255)
  .regex(/^\P{Cc}+$/u, 'must be a name without control characters');
const time = z.string().transform((text, context) => {
  const atMs = pointInTime(text, Date.now());
  if (atMs !== undefined) return new Date(atMs);
  context.addIssue(`must be ${POINTS_IN_TIME}`);
  return z.NEVER;
});
const outcomes = z
  .union([z.string(), z.array(z.string())])
  .transform((sent) => [sent].flat().flatMap((list) => list.split(',')))
  .pipe(z.array(z.enum(ENDING_NAMES)).max(ENDING_NAMES.length));
const query = z.strictObject({
  phase: z.enum(PHASES).optional(),
  organization: tfeName.optional(),
  workspace: tfeName.optional(),
  requestedBy: person.optional(),
  runId: runId.optional(),
  state: z.enum(['open', 'closed']).optional(),
  outcome: outcomes.optional(),
  since: time.optional(),
  until: time.optional(),
  limit: z.coerce.number().int().min(1).max(1_000).optional(),
});

/** The query of `GET /v1/requests`. An unknown name is refused: to ignore it would silently widen the answer. */
export function readRequestFilter(sent: unknown): RequestFilter {
  const parsed = query.safeParse(sent);
  if (parsed.success) {
    return Object.fromEntries(Object.entries(parsed.data).filter(([, value]) => value !== undefined)) as RequestFilter;
  }
  const faults = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'query'}: ${message}`);
  throw new GatewayError('malformed', `the query cannot be read: ${faults.join('; ')}`, { faults });
}
