import type { NotificationConfigurationRecord } from './notification-configuration-record.ts';
import type { RunRecord } from '../run/run-record.ts';
import type { UserRecord } from '../account/user-records.ts';
import type { WorkspaceRecord } from '../workspace/workspace-record.ts';

export const TRIGGERS = [
  'run:created',
  'run:planning',
  'run:needs_attention',
  'run:applying',
  'run:completed',
  'run:errored',
  'assessment:check_failure',
  'assessment:drifted',
  'assessment:failed',
  'workspace:auto_destroy_reminder',
  'workspace:auto_destroy_run_results',
  'workspace:deleted',
] as const;
export type Trigger = (typeof TRIGGERS)[number] | 'verification';

const BY_STATUS: Partial<Record<RunRecord['status'], Trigger>> = {
  pending: 'run:created',
  planning: 'run:planning',
  applying: 'run:applying',
  applied: 'run:completed',
  planned_and_finished: 'run:completed',
  errored: 'run:errored',
  canceled: 'run:errored',
  force_canceled: 'run:errored',
  discarded: 'run:errored',
};

/** What a run's status means to who listens; most mean nothing. Errored is also canceled and discarded: as in TFE. */
export const triggerOf = (run: RunRecord): Trigger | undefined =>
  run.awaiting === null ? BY_STATUS[run.status] : 'run:needs_attention';

const MESSAGES: Record<string, string> = {
  'run:created': 'Run Created',
  'run:planning': 'Run Planning',
  'run:needs_attention': 'Run Needs Attention',
  'run:applying': 'Run Applying',
  'run:completed': 'Run Completed',
  'run:errored': 'Run Errored',
  verification: 'Verification of',
};

export interface Subject {
  run: RunRecord;
  workspace: WorkspaceRecord;
  createdBy: UserRecord;
  updatedAt: string;
  /** `https://host` */
  origin: string;
}

/** The body of a delivery, in the form of the destination. Without a subject it is the verification: everything about a run is null. */
export function payloadOf(
  configuration: NotificationConfigurationRecord,
  trigger: Trigger,
  subject: Subject | undefined,
): string {
  switch (configuration.destinationType) {
    case 'slack':
      return JSON.stringify(slack(trigger, subject));
    case 'microsoft-teams':
      return JSON.stringify(teams(trigger, subject));
    case 'generic':
    case 'email':
      return JSON.stringify(generic(configuration, trigger, subject));
  }
}

const urlOf = ({ origin, workspace, run }: Subject): string =>
  `${origin}/app/${workspace.organization}/workspaces/${workspace.name}/runs/${run.id}`;

function generic(
  configuration: NotificationConfigurationRecord,
  trigger: Trigger,
  subject: Subject | undefined,
): Record<string, unknown> {
  return {
    payload_version: 1,
    notification_configuration_id: configuration.id,
    run_url: subject ? urlOf(subject) : null,
    run_id: subject?.run.id ?? null,
    run_message: subject?.run.message ?? null,
    run_created_at: subject?.run.createdAt ?? null,
    run_created_by: subject?.createdBy.username ?? null,
    workspace_id: subject?.workspace.id ?? null,
    workspace_name: subject?.workspace.name ?? null,
    organization_name: subject?.workspace.organization ?? null,
    notifications: [
      {
        message: subject ? MESSAGES[trigger] : `${MESSAGES[trigger] ?? ''} ${configuration.name}`,
        trigger,
        run_status: subject?.run.status ?? null,
        run_updated_at: subject?.updatedAt ?? null,
        run_updated_by: subject?.createdBy.username ?? null,
      },
    ],
  };
}

const lineOf = (trigger: Trigger, subject: Subject | undefined): string =>
  subject
    ? `${subject.workspace.organization}/${subject.workspace.name}: ${MESSAGES[trigger] ?? trigger} (${subject.run.message})`
    : 'Terraform notifications are set up';

const slack = (trigger: Trigger, subject: Subject | undefined): unknown => ({
  text: lineOf(trigger, subject),
  attachments: subject ? [{ title: subject.run.id, title_link: urlOf(subject), text: subject.run.status }] : [],
});

const teams = (trigger: Trigger, subject: Subject | undefined): unknown => ({
  type: 'message',
  attachments: [
    {
      contentType: 'application/vnd.microsoft.card.adaptive',
      content: {
        type: 'AdaptiveCard',
        version: '1.4',
        body: [{ type: 'TextBlock', wrap: true, text: lineOf(trigger, subject) }],
        actions: subject ? [{ type: 'Action.OpenUrl', title: 'Open the run', url: urlOf(subject) }] : [],
      },
    },
  ],
});
