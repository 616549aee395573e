import type { Query } from './tfe-http.ts';

export interface Paging {
  /** From 1. */
  page?: number | undefined;
  /** TFE's default is 20, its maximum 100. */
  pageSize?: number | undefined;
}

export const pagingQuery = ({ page, pageSize }: Paging): Query => ({ 'page[number]': page, 'page[size]': pageSize });
