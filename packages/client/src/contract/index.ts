/**
 * What a request may ask and what it answers, without zod, because workflows import it too. The parsing is in
 * `@runwright/client/contract/schema`.
 */
export * from './decision.ts';
export * from './ending-name.ts';
export * from './failure-types.ts';
export * from './messages.ts';
export * from './names.ts';
export * from './outcome.ts';
export * from './person-name.ts';
export * from './phase.ts';
export * from './reaper.ts';
export * from './run-reading.ts';
export * from './run-request.ts';
export * from './run-view.ts';
export * from './search-attributes.ts';
