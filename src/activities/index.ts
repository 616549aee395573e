import { createAcceptActivities } from './accept-request.ts';
import { createActionActivities } from './action-activities.ts';
import type { ActivityDeps } from './activity-deps.ts';
import { createConfigurationActivities } from './configuration-activities.ts';
import { createErrorActivities } from './error-activities.ts';
import { createFindActivities } from './find-runs.ts';
import { createEndOrphanActivities } from './end-orphan.ts';
import { createOutputActivities } from './output-activities.ts';
import { createOwnApplyActivities } from './own-apply-activities.ts';
import { createOverrideActivities } from './override-activities.ts';
import { createPlanActivities } from './plan-activities.ts';
import { createReaperActivities } from './reaper-activities.ts';
import { createRunActivities } from './run-activities.ts';
import { createWatchActivities } from './watch-run.ts';
import { createWorkspaceActivities } from './workspace-activities.ts';

/** Every activity; the queue and the retry class of each stand in workflows/steps.ts. */
export const createActivities = (deps: ActivityDeps) => ({
  ...createAcceptActivities(deps),
  ...createWorkspaceActivities(deps),
  ...createConfigurationActivities(deps),
  ...createRunActivities(deps),
  ...createFindActivities(deps),
  ...createWatchActivities(deps),
  ...createPlanActivities(deps),
  ...createActionActivities(deps),
  ...createOverrideActivities(deps),
  ...createOwnApplyActivities(deps),
  ...createOutputActivities(deps),
  ...createErrorActivities(deps),
  ...createReaperActivities(deps),
  ...createEndOrphanActivities(deps),
});
export type RunActivities = ReturnType<typeof createActivities>;
