import type { OtherNamespace } from '@runwright/client';
import { countOf } from '@runwright/client/domain';
import type { Check } from '../../temporal/doctor.ts';
import { byNamespace, type ForeignRun } from '../../domain/other-namespaces.ts';
import { readMarker, whoseRun, type RunMarker } from '../../domain/run-marker.ts';
import type { TfeClient } from '../../tfe/client.ts';
import type { Page } from '../../tfe/http/json-api.ts';
import type { Run } from '../../tfe/resources/runs.ts';
import { TfeError } from '../../tfe/http/tfe-error.ts';
import type { CliDeps } from '../cli-deps.ts';
import { explainTfeError } from '../report-error.ts';

type Ours = Pick<RunMarker, 'installation' | 'namespaceId'>;

/** Runs in TFE that carry this installation's name but belong to another namespace. */
export interface OthersInSight {
  others: OtherNamespace[];
  /** Why some of the runs were not examined. */
  unseen?: string;
}

export const IN_SIGHT = 'in sight: the unfinished runs of the last year that this token may see';
export const WHAT_TO_DO_ABOUT_OTHERS =
  'give one of the two namespaces another RUNWRIGHT_INSTALLATION; where the other one is gone, end these runs in TFE';

// TFE allows each user 30 run lists a minute, and the look-ups of open requests need some of them.
const MOST_LISTS = 10;
const PAGE_SIZE = 100;
const NAMED = 3;

/** Asks TFE, with the caller's token. TFE's refusals never reject: they are `unseen`. */
export async function lookForOthers(ours: Ours, { withTfe }: Pick<CliDeps, 'withTfe'>): Promise<OthersInSight> {
  const found: ForeignRun[] = [];
  try {
    const unseen = await withTfe((tfe) => collectForeign(tfe, ours, found));
    return { others: byNamespace(found), ...(unseen !== undefined && { unseen }) };
  } catch (error) {
    if (!(error instanceof TfeError)) throw error;
    return { others: byNamespace(found), unseen: explainTfeError(error).sentence };
  }
}

/** Resolves with the reason why some runs were not examined. */
async function collectForeign(tfe: TfeClient, ours: Ours, found: ForeignRun[]): Promise<string | undefined> {
  let listsLeft = MOST_LISTS;
  let unseen: string | undefined;
  for (const organization of await organizationsOf(tfe)) {
    for (let page: number | undefined = 1; page !== undefined;) {
      if (listsLeft === 0) return `${countOf(MOST_LISTS, 'list')} of runs were read, and there are more`;
      listsLeft -= 1;
      const listed: Page<Run> | undefined = await unfinishedRuns(tfe, { organization, page });
      if (listed === undefined) unseen = `this token may not list the runs of ${organization}`;
      for (const { id, message } of listed?.items ?? []) {
        const marker = readMarker(message);
        if (marker === undefined || whoseRun(marker, ours) !== 'of-another-namespace') continue;
        found.push({ runId: id, namespaceId: marker.namespaceId });
      }
      page = listed?.nextPage;
    }
  }
  return unseen;
}

/** Undefined if this token may not see the organization's runs. */
async function unfinishedRuns(
  tfe: TfeClient,
  where: { organization: string; page: number },
): Promise<Page<Run> | undefined> {
  try {
    return await tfe.runs.listOfOrganization({ ...where, pageSize: PAGE_SIZE, statusGroup: 'non_final' });
  } catch (error) {
    if (error instanceof TfeError && (error.kind === 'forbidden' || error.kind === 'not-found')) return undefined;
    throw error;
  }
}

async function organizationsOf(tfe: TfeClient): Promise<string[]> {
  const names: string[] = [];
  for (let page: number | undefined = 1; page !== undefined;) {
    const listed = await tfe.organizations.list({ page, pageSize: PAGE_SIZE });
    names.push(...listed.items.map(({ name }) => name));
    page = listed.nextPage;
  }
  return names;
}

/** In one sentence, without what to do about it. */
export function describeOtherNamespace({ namespaceId, runs }: OtherNamespace): string {
  const named = runs.slice(0, NAMED).join(', ');
  const rest = runs.length > NAMED ? ` and ${runs.length - NAMED} more` : '';
  const carry = runs.length === 1 ? 'carries' : 'carry';
  return `${countOf(runs.length, 'unfinished run')} ${carry} this installation's name from another Temporal namespace (id ${namespaceId}): ${named}${rest}`;
}

/** The doctor's line about it. */
export function checkOthers({ installation }: Ours, { others, unseen }: OthersInSight): Check {
  const name = 'installation';
  if (others.length > 0) {
    const found = others.map(describeOtherNamespace).join('; ');
    return { name, state: 'failed', found, todo: WHAT_TO_DO_ABOUT_OTHERS };
  }
  if (unseen !== undefined) {
    const found = `${installation}; whether another namespace uses this name was not seen: ${unseen}`;
    return { name, state: 'warning', found, todo: 'look again later, or with a token that sees more' };
  }
  return { name, state: 'ok', found: `${installation}, used by no other namespace in sight (${IN_SIGHT})` };
}
