/** Rules that callers and workflows share: pure, without zod and without Node. */
export * from './approval.ts';
export * from './cancellation.ts';
export * from './count-of.ts';
export * from './in-one-line.ts';
export * from './printable.ts';
export * from './run-phase.ts';
export * from './sent-message.ts';
