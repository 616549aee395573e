import { z } from 'zod';
import { PHASES, type RequestFilter } from '../client/index.ts';
import { GatewayError } from './gateway-error.ts';

const name = z.string().min(1).max(255).optional();
const query = z.strictObject({
  phase: z.enum(PHASES).optional(),
  organization: name,
  workspace: name,
  requestedBy: name,
  runId: name,
  state: z.enum(['open', 'closed']).optional(),
  limit: z.coerce.number().int().min(1).max(1_000).optional(),
});

/** The query of `GET /v1/requests`. An unknown name is refused: it would silently widen the answer. */
export function readRequestFilter(sent: unknown): RequestFilter {
  const parsed = query.safeParse(sent);
  if (parsed.success) {
    return Object.fromEntries(Object.entries(parsed.data).filter(([, value]) => value !== undefined)) as RequestFilter;
  }
  const faults = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'query'}: ${message}`);
  throw new GatewayError('malformed', `the query cannot be read: ${faults.join('; ')}`, { faults });
}
