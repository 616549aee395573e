import { defined, maybeNumber } from '../http/json-api.ts';

/** Numbers of resources; absent until TFE knows them (null, or not sent). */
export interface ResourceCounts {
  additions?: number;
  changes?: number;
  destructions?: number;
  imports?: number;
}

export const countAttributes = {
  'resource-additions': maybeNumber,
  'resource-changes': maybeNumber,
  'resource-destructions': maybeNumber,
  'resource-imports': maybeNumber,
};

export const toCounts = (told: { [Name in keyof typeof countAttributes]?: number | undefined }): ResourceCounts =>
  defined({
    additions: told['resource-additions'],
    changes: told['resource-changes'],
    destructions: told['resource-destructions'],
    imports: told['resource-imports'],
  });
