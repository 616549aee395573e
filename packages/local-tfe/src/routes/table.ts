import type { Route } from '../http/route.ts';
import type { Services } from '../services.ts';
import { accountRoutes } from './account.ts';
import { archivistRoutes } from './archivist.ts';
import { checkRoutes } from './checks.ts';
import { commentRoutes } from './comments.ts';
import { configurationVersionRoutes } from './configuration-versions.ts';
import { controlRoutes } from './control.ts';
import { discoveryRoutes } from './discovery.ts';
import { healthRoutes } from './health.ts';
import { membershipRoutes } from './memberships.ts';
import { notificationConfigurationRoutes } from './notification-configurations.ts';
import { organizationQueueRoutes } from './organization-queue.ts';
import { organizationRoutes } from './organizations.ts';
import { phaseRoutes } from './phases.ts';
import { projectRoutes } from './projects.ts';
import { remoteStateConsumerRoutes } from './remote-state-consumers.ts';
import { runActionRoutes } from './run-actions.ts';
import { runListRoutes } from './run-lists.ts';
import { runRoutes } from './runs.ts';
import { sshKeyRoutes } from './ssh-keys.ts';
import { stateVersionRoutes } from './state-versions.ts';
import { tagBindingRoutes } from './tag-bindings.ts';
import { teamTokenRoutes } from './team-tokens.ts';
import { teamWorkspaceRoutes } from './team-workspaces.ts';
import { teamRoutes } from './teams.ts';
import { variableSetRoutes } from './variable-sets.ts';
import { variableRoutes } from './variables.ts';
import { webRoutes } from './web.ts';
import { workspaceLockRoutes } from './workspace-locks.ts';
import { workspaceResourceRoutes } from './workspace-resources.ts';
import { workspaceTagRoutes } from './workspace-tags.ts';
import { workspaceRoutes } from './workspaces.ts';

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
