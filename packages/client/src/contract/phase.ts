/** Our closed view of a run's open status set, one bare word each (docs/glossary.md). */
export const PHASES = [
  'preparing',
  'queued',
  'planning',
  'checking',
  'awaiting-override',
  'awaiting-confirmation',
  'applying',
  'cleaning-up',
  'finished',
  'ended-badly',
] as const;
export type Phase = (typeof PHASES)[number];
