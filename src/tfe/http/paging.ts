import type { Page } from './json-api.ts';
import type { Query } from './tfe-http.ts';

export interface Paging {
  /** From 1. */
  page?: number | undefined;
  /** TFE's default is 20, its maximum 100. */
  pageSize?: number | undefined;
}

export const pagingQuery = ({ page, pageSize }: Paging): Query => ({ 'page[number]': page, 'page[size]': pageSize });

/**
 * The page, without a next one that does not lie beyond it: we would list for ever on a server that ignores page
 * numbers.
 */
export async function onward<Item>({ page = 1 }: Paging, listed: Promise<Page<Item>>): Promise<Page<Item>> {
  const { nextPage, ...rest } = await listed;
  return nextPage !== undefined && nextPage > page ? { ...rest, nextPage } : rest;
}
