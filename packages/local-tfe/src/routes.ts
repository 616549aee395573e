import type { Route } from './http/route.ts';
import type { Services } from './services.ts';
import { accountRoutes } from './account/account-routes.ts';
import { archivistRoutes } from './archivist/archivist-routes.ts';
import { checkRoutes } from './check/check-routes.ts';
import { commentRoutes } from './comment/comment-routes.ts';
import { configurationVersionRoutes } from './configuration-version/configuration-version-routes.ts';
import { controlRoutes } from './control/control-routes.ts';
import { discoveryRoutes } from './open/discovery-routes.ts';
import { healthRoutes } from './open/health-routes.ts';
import { membershipRoutes } from './organization/membership-routes.ts';
import { notificationConfigurationRoutes } from './notification-configuration/notification-configuration-routes.ts';
import { organizationQueueRoutes } from './organization/organization-queue-routes.ts';
import { organizationRoutes } from './organization/organization-routes.ts';
import { phaseRoutes } from './plan-and-apply/phase-routes.ts';
import { projectRoutes } from './project/project-routes.ts';
import { remoteStateConsumerRoutes } from './workspace/remote-state-consumer-routes.ts';
import { runActionRoutes } from './run/run-action-routes.ts';
import { runListRoutes } from './run/run-list-routes.ts';
import { runRoutes } from './run/run-routes.ts';
import { sshKeyRoutes } from './ssh-key/ssh-key-routes.ts';
import { stateVersionRoutes } from './state/state-version-routes.ts';
import { tagBindingRoutes } from './tag-binding/tag-binding-routes.ts';
import { teamTokenRoutes } from './team/team-token-routes.ts';
import { teamWorkspaceRoutes } from './team/team-workspace-routes.ts';
import { teamRoutes } from './team/team-routes.ts';
import { variableSetRoutes } from './variable/variable-set-routes.ts';
import { variableRoutes } from './variable/variable-routes.ts';
import { webRoutes } from './open/web-routes.ts';
import { workspaceLockRoutes } from './workspace/workspace-lock-routes.ts';
import { workspaceResourceRoutes } from './workspace/workspace-resource-routes.ts';
import { workspaceTagRoutes } from './workspace/workspace-tag-routes.ts';
import { workspaceRoutes } from './workspace/workspace-routes.ts';

/** Every route of the server: from this table come the server, its documentation and its tests. */
export const ROUTES: readonly Route<Services>[] = [
  ...accountRoutes,
  ...organizationRoutes,
  ...membershipRoutes,
  ...teamRoutes,
  ...teamTokenRoutes,
  ...teamWorkspaceRoutes,
  ...organizationQueueRoutes,
  ...projectRoutes,
  ...workspaceRoutes,
  ...workspaceLockRoutes,
  ...workspaceResourceRoutes,
  ...workspaceTagRoutes,
  ...tagBindingRoutes,
  ...remoteStateConsumerRoutes,
  ...sshKeyRoutes,
  ...variableRoutes,
  ...variableSetRoutes,
  ...configurationVersionRoutes,
  ...runRoutes,
  ...runListRoutes,
  ...runActionRoutes,
  ...commentRoutes,
  ...phaseRoutes,
  ...checkRoutes,
  ...stateVersionRoutes,
  ...notificationConfigurationRoutes,
  ...archivistRoutes,
  ...discoveryRoutes,
  ...healthRoutes,
  ...webRoutes,
  ...controlRoutes,
];
