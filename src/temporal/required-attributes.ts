import { SearchAttributeType } from '@temporalio/common';
import { SearchAttributesMissingError } from '@runwright/client';
import { SEARCH_ATTRIBUTES } from '@runwright/client/contract';
import type { TemporalAccess } from '@runwright/client/temporal';

/** Temporal's numbers for IndexedValueType. */
const TYPE_CODES: Record<SearchAttributeType, number> = {
  [SearchAttributeType.TEXT]: 1,
  [SearchAttributeType.KEYWORD]: 2,
  [SearchAttributeType.INT]: 3,
  [SearchAttributeType.DOUBLE]: 4,
  [SearchAttributeType.BOOL]: 5,
  [SearchAttributeType.DATETIME]: 6,
  [SearchAttributeType.KEYWORD_LIST]: 7,
};

const TYPE_NAMES: Record<SearchAttributeType, string> = {
  [SearchAttributeType.TEXT]: 'Text',
  [SearchAttributeType.KEYWORD]: 'Keyword',
  [SearchAttributeType.INT]: 'Int',
  [SearchAttributeType.DOUBLE]: 'Double',
  [SearchAttributeType.BOOL]: 'Bool',
  [SearchAttributeType.DATETIME]: 'Datetime',
  [SearchAttributeType.KEYWORD_LIST]: 'KeywordList',
};

/** The search attributes that the namespace needs before a request can be started. */
export const REQUIRED_ATTRIBUTES = Object.values(SEARCH_ATTRIBUTES).map(({ name, type }) => ({
  name: name as string,
  type: TYPE_NAMES[type],
  code: TYPE_CODES[type],
}));

/** Custom search attributes of the namespace, name to Temporal's type number. */
export async function readRegisteredAttributes(temporal: TemporalAccess): Promise<Map<string, number>> {
  const { namespace } = temporal;
  const answer = await temporal.call(() => temporal.operatorService.listSearchAttributes({ namespace }));
  return new Map(Object.entries(answer.customAttributes ?? {}).map(([name, code]) => [name, Number(code)]));
}

/** Whether the front end takes all of them now: up to a minute passes between registering and accepting. */
export async function attributesAreAccepted(temporal: TemporalAccess): Promise<boolean> {
  const query = REQUIRED_ATTRIBUTES.map(({ name }) => `${name} IS NULL`).join(' OR ');
  try {
    await temporal.call(() => temporal.client.workflow.count(query));
    return true;
  } catch (error) {
    if (error instanceof SearchAttributesMissingError) return false;
    throw error;
  }
}
