import type { DeliverDeps } from './deliver.ts';
import type { Store } from '../store/store.ts';
import type { RunSignals } from '../run/run-signals.ts';
import type { NotificationConfigurationRecord } from './notification-configuration-record.ts';
import type { RunRecord } from '../run/run-record.ts';
import { deliver } from './deliver.ts';
import { triggerOf } from './payload.ts';

export interface NotifierDeps extends DeliverDeps {
  store: Store;
  timestamp: () => string;
  signals: RunSignals;
  onError: (error: unknown) => void;
}

/** Tells the destinations of a workspace what happens to its runs: in order per destination, never about speculative plans. */
export function createNotifier(deps: NotifierDeps, origin: () => string) {
  const queues = new Map<string, Promise<void>>();

  function enqueue(configuration: NotificationConfigurationRecord, run: RunRecord): void {
    const trigger = triggerOf(run);
    if (trigger === undefined || !configuration.triggers.includes(trigger)) return;
    const subject = {
      run,
      workspace: deps.store.workspaces.require(run.workspaceId),
      createdBy: deps.store.users.require(run.createdBy),
      updatedAt: deps.timestamp(),
      origin: origin(),
    };
    const before = queues.get(configuration.id) ?? Promise.resolve();
    const sent = before
      .then(() => deliver(deps, configuration, { trigger, subject }))
      .then(() => undefined, deps.onError);
    queues.set(configuration.id, sent);
    void sent.then(() => {
      if (queues.get(configuration.id) === sent) queues.delete(configuration.id);
    });
  }

  const unsubscribe = deps.signals.subscribe((run) => {
    if (run.planOnly) return;
    for (const configuration of deps.store.notificationConfigurations.select({ scope: run.workspaceId })) {
      if (configuration.enabled) enqueue(configuration, run);
    }
  });

  return {
    /** What was begun is sent, nothing more. */
    async close(): Promise<void> {
      unsubscribe();
      await Promise.all(queues.values());
    },
  };
}
