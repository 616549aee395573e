import { z } from 'zod';
import { describeIssue } from './faults-of-schema.ts';
import { faultOfName } from './person-name.ts';
import { faultOfSize } from './request-size.ts';
import type { ApprovalPolicy, ArchiveRef, Deadlines, RunOptions, RunRequest, Timing } from './run-request.ts';

/** A schema for each field of a type and for nothing else, so neither can change without the other. */
type Fields<T> = { [Name in keyof T]-?: z.ZodType<T[Name] | undefined> };

const DAY_MS = 86_400_000;
// Temporal keeps a timer for at most 100 years. Nobody means to wait for more than a year.
const durationMs = z
  .number()
  .int()
  .min(1)
  .max(366 * DAY_MS);
export const tfeName = z
  .string()
  .min(1)
  .max(90)
  .regex(/^[A-Za-z0-9_-]+$/, 'must be letters, digits, "_" or "-" (TFE names)');
const address = z.string().min(1).max(1000);

export const requestKey = z
  .string()
  .regex(/^[A-Za-z0-9._-]{1,200}$/, 'must be 1 to 200 letters, digits, ".", "_" or "-"');

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hex digits');

export const archiveRef = z.strictObject({
  sha256,
  contentsSha256: sha256.exactOptional(),
  bytes: z.number().int().positive(),
  files: z.number().int().positive(),
  terraformFiles: z.array(z.string()).max(100).exactOptional(),
  looksSecret: z.array(z.string().max(300)).max(20).exactOptional(),
} satisfies Fields<ArchiveRef>);

const configuration = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('archive'), archive: archiveRef }),
  z.strictObject({
    kind: z.literal('configuration-version'),
    id: z.string().regex(/^cv-[A-Za-z0-9]+$/, 'must be cv-…'),
  }),
  z.strictObject({ kind: z.literal('current') }),
]);

const runOptions = z.strictObject({
  message: z.string().max(5000).exactOptional(),
  mode: z.enum(['plan-and-apply', 'plan-only', 'destroy', 'refresh-only']).default('plan-and-apply'),
  targets: z.array(address).max(200).exactOptional(),
  replace: z.array(address).max(200).exactOptional(),
  variables: z.record(z.string().min(1).max(255), z.string().max(65_536)).exactOptional(),
  refresh: z.boolean().exactOptional(),
  terraformVersion: z.string().min(1).max(50).exactOptional(),
  savePlan: z.boolean().exactOptional(),
  allowEmptyApply: z.boolean().exactOptional(),
  allowConfigGeneration: z.boolean().exactOptional(),
  debuggingMode: z.boolean().exactOptional(),
  invokeActions: z.array(address).max(1).exactOptional(),
  policyPaths: z.array(address).max(100).exactOptional(),
} satisfies Fields<RunOptions>);

const approvalPolicy = z.strictObject({
  approvers: z.number().int().min(1).max(10).default(1),
  requester: z.enum(['may-approve', 'may-not-approve']).default('may-approve'),
  emptyApply: z.enum(['refused', 'approved-in-advance']).default('refused'),
  confirmedElsewhere: z.enum(['finish', 'interrupt']).default('finish'),
} satisfies Fields<ApprovalPolicy>);

const deadlines = z.strictObject({
  queueMs: durationMs.exactOptional(),
  planMs: durationMs.exactOptional(),
  approvalMs: durationMs.default(DAY_MS),
  applyMs: durationMs.exactOptional(),
} satisfies Fields<Deadlines>);

/** The numbers and their reasons: docs/architecture.md, "Times". */
const timing = z.strictObject({
  commitWindowMs: durationMs.default(25_000),
  pollMinMs: durationMs.default(1_000),
  pollWorkingMaxMs: durationMs.default(15_000),
  pollPeopleMaxMs: durationMs.default(15 * 60_000),
  pollRefusedMs: durationMs.default(60_000),
  goneMs: durationMs.default(DAY_MS),
  cleanupMs: durationMs.default(30 * 60_000),
  actionSettlesMs: durationMs.default(30_000),
} satisfies Fields<Timing>);

/**
 * Parses what a caller sent and fills in every default. The cross-field rules are TFE's own, checked before TFE is
 * asked.
 */
export const runRequestSchema = z
  .strictObject({
    key: requestKey,
    organization: tfeName,
    workspace: tfeName,
    configuration: configuration.default({ kind: 'current' }),
    run: runOptions.prefault({}),
    approval: approvalPolicy.prefault({}),
    deadlines: deadlines.prefault({}),
    timing: timing.prefault({}),
    cancelDuringApply: z.enum(['finish', 'interrupt']).default('finish'),
    requestedBy: z.string().min(1).max(255),
  })
  .superRefine((request, context) => {
    const refuse = (path: string[], message: string) => context.addIssue({ code: 'custom', path, message });
    const { run, approval } = request;
    const name = faultOfName(request.requestedBy);
    if (name !== undefined) refuse(['requestedBy'], name);
    const size = faultOfSize(request);
    if (size !== undefined) refuse(size.path, size.message);
    if (run.terraformVersion !== undefined && run.mode !== 'plan-only') {
      refuse(['run', 'terraformVersion'], 'is allowed only with mode plan-only');
    }
    if (run.mode === 'refresh-only' && (run.targets ?? []).length + (run.replace ?? []).length > 0) {
      refuse(['run', 'mode'], 'refresh-only takes neither targets nor replace');
    }
    if (run.allowEmptyApply === true && approval.emptyApply !== 'approved-in-advance') {
      refuse(
        ['run', 'allowEmptyApply'],
        "makes TFE apply an empty plan by itself: set approval.emptyApply to 'approved-in-advance' to allow that",
      );
    }
    if (run.savePlan === true && run.mode === 'plan-only') {
      refuse(['run', 'savePlan'], 'is not possible with mode plan-only');
    }
    if (request.approval.requester === 'may-not-approve' && request.requestedBy.trim() === '') {
      refuse(['requestedBy'], 'must name a person when the requester may not approve');
    }
  });

/** The parsed request, or one line per fault: `path: what is wrong`. */
export type ParsedRequest = { kind: 'accepted'; request: RunRequest } | { kind: 'refused'; faults: string[] };

/** Total: answers for any value, never throws. */
export function parseRunRequest(value: unknown): ParsedRequest {
  const parsed = runRequestSchema.safeParse(withoutUndefined(value, 4), { reportInput: true });
  if (parsed.success) return { kind: 'accepted', request: parsed.data };
  return {
    kind: 'refused',
    faults: parsed.error.issues.map((issue) => `${issue.path.join('.') || 'request'}: ${describeIssue(issue)}`),
  };
}

// An absent field and an undefined one must read the same on both sides of JSON. No field lies deeper than `levels`.
function withoutUndefined(value: unknown, levels: number): unknown {
  if (levels === 0 || typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const given = Object.entries(value).filter(([, field]) => field !== undefined);
  return Object.fromEntries(given.map(([name, field]) => [name, withoutUndefined(field, levels - 1)]));
}
