import type { Services } from '../services.ts';
import type { NotificationConfigurationRecord } from '../store/notification-records.ts';
import type { RunRecord } from '../store/records.ts';
import { deliver } from './deliver.ts';
import { triggerOf } from './payload.ts';

/** Tells the destinations of a workspace what happens to its runs: in order per destination, never about speculative plans. */
export function createNotifier(services: Services, origin: () => string) {
  const queues = new Map<string, Promise<void>>();

  function enqueue(configuration: NotificationConfigurationRecord, run: RunRecord): void {
    const trigger = triggerOf(run);
    if (trigger === undefined || !configuration.triggers.includes(trigger)) return;
    const subject = {
      run,
      workspace: services.store.workspaces.require(run.workspaceId),
      createdBy: services.store.users.require(run.createdBy),
      updatedAt: services.timestamp(),
      origin: origin(),
    };
    const before = queues.get(configuration.id) ?? Promise.resolve();
    const sent = before
      .then(() => deliver(services, configuration, { trigger, subject }))
      .then(() => undefined, services.onError);
    queues.set(configuration.id, sent);
    void sent.then(() => {
      if (queues.get(configuration.id) === sent) queues.delete(configuration.id);
    });
  }

  const unsubscribe = services.signals.subscribe((run) => {
    if (run.planOnly) return;
    for (const configuration of services.store.notificationConfigurations.select({ scope: run.workspaceId })) {
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
