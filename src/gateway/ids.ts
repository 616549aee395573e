import { z } from 'zod';
import { requestAddressOf, WORKFLOW_ID_MAX_BYTES } from '@runwright/client/contract';
import { requestKey, tfeName } from '@runwright/client/contract/schema';

// The possible forms of ids. Anything else is refused before a server is asked for it, and never logged.

const RUN_ID = /^run-[A-Za-z0-9_-]{1,64}$/;
export const runId = z.string().trim().regex(RUN_ID, 'must be run-… with at most 64 letters and digits');

export const decisionId = z
  .string()
  .regex(/^[\x21-\x7e]{1,255}$/, 'must be one word of at most 255 printable ASCII characters');

const TFE_HOST = /^[A-Za-z0-9.:[\]-]{1,255}$/;

/** Whether it can be the workflow id of a request. */
export function isWorkflowId(id: string): boolean {
  const address = id.length <= WORKFLOW_ID_MAX_BYTES ? requestAddressOf(id) : undefined;
  return (
    address !== undefined &&
    TFE_HOST.test(address.tfeHost) &&
    tfeName.safeParse(address.organization).success &&
    tfeName.safeParse(address.workspace).success &&
    isKey(address.key)
  );
}

export const isKey = (id: string): boolean => requestKey.safeParse(id).success;
