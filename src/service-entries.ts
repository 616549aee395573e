import type { ServiceEntries } from './cli/service-commands.ts';

/** Where the long-running commands are; each is loaded when it is started. */
export const serviceEntries: ServiceEntries = {
  up: () => import('./up.ts'),
  worker: () => import('./worker.ts'),
  gateway: () => import('./gateway.ts'),
  localTfe: () => import('@runwright/local-tfe/command'),
};
