import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
// Imported by this path so that the package's type declarations name it as Node finds it.
import type { SearchAttributeKey } from '@temporalio/common/lib/search-attributes.js';

const keyword = (name: string): SearchAttributeKey<'KEYWORD'> =>
  defineSearchAttributeKey(name, SearchAttributeType.KEYWORD);

/** Registered by `runwright setup`. Values are plain text for everybody who may see the namespace; at most 255 characters. */
export const SEARCH_ATTRIBUTES = {
  organization: keyword('TfeOrganization'),
  workspace: keyword('TfeWorkspace'),
  runId: keyword('TfeRunId'),
  key: keyword('TfeKey'),
  phase: keyword('TfePhase'),
  requestedBy: keyword('TfeRequestedBy'),
  waitingSince: defineSearchAttributeKey('TfeWaitingSince', SearchAttributeType.DATETIME),
  approvers: defineSearchAttributeKey('TfeApprovers', SearchAttributeType.KEYWORD_LIST),
  outcome: keyword('TfeOutcome'),
} as const;

/** Longest value the SQL visibility stores keep. */
export const SEARCH_ATTRIBUTE_MAX_CHARACTERS = 255;
