import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';

/** Registered by `runwright setup`. Values are plain text for everybody who may see the namespace; at most 255 characters. */
export const SEARCH_ATTRIBUTES = {
  organization: defineSearchAttributeKey('TfeOrganization', SearchAttributeType.KEYWORD),
  workspace: defineSearchAttributeKey('TfeWorkspace', SearchAttributeType.KEYWORD),
  runId: defineSearchAttributeKey('TfeRunId', SearchAttributeType.KEYWORD),
  key: defineSearchAttributeKey('TfeKey', SearchAttributeType.KEYWORD),
  phase: defineSearchAttributeKey('TfePhase', SearchAttributeType.KEYWORD),
  requestedBy: defineSearchAttributeKey('TfeRequestedBy', SearchAttributeType.KEYWORD),
  waitingSince: defineSearchAttributeKey('TfeWaitingSince', SearchAttributeType.DATETIME),
  approvers: defineSearchAttributeKey('TfeApprovers', SearchAttributeType.KEYWORD_LIST),
  outcome: defineSearchAttributeKey('TfeOutcome', SearchAttributeType.KEYWORD),
} as const;

/** Longest value the SQL visibility stores keep. */
export const SEARCH_ATTRIBUTE_MAX_CHARACTERS = 255;
