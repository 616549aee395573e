/** Our closed set of phases for TFE's open set of run statuses, one bare word each (docs/glossary.md). */
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
