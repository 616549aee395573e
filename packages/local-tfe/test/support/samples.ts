import { document, related } from './tfe-driver.ts';

/** Ids of one of everything, made before the endpoints are asked one by one. */
export interface World {
  organization_name: string;
  workspace_name: string;
  workspace_id: string;
  spare_workspace_id: string;
  doomed_workspaces: string[];
  locked_workspace_id: string;
  configuration_version_id: string;
  old_configuration_version_id: string;
  run_id: string;
  planned_run_id: string;
  discardable_run_id: string;
  planning_run_id: string;
  stubborn_run_id: string;
  executable_run_id: string;
  checked_run_id: string;
  staged_run_id: string;
  plan_id: string;
  apply_id: string;
  user_id: string;
  comment_id: string;
  run_event_id: string;
  state_version_id: string;
  output_id: string;
  project_id: string;
  spare_project_id: string;
  membership_id: string;
  variable_id: string;
  cost_estimate_id: string;
  policy_check_id: string;
  task_stage_id: string;
  notification_configuration_id: string;
  team_id: string;
  ssh_key_id: string;
  team_workspace_id: string;
}

export interface Sample {
  /** Instead of the ids of the same names. */
  params?: (world: World) => Record<string, string>;
  query?: (world: World) => string;
  body?: (world: World) => unknown;
  status: number;
  /** TFE has this on every object of the answer. */
  type?: string;
}

const list = (type: string): Sample => ({ status: 200, type });
const one = list;
const action = (status: number, run: keyof World): Sample => ({
  status,
  params: (world) => ({ run_id: String(world[run]) }),
  body: () => ({ comment: 'a comment' }),
});

const TAGGED = { data: [{ type: 'tag-bindings', attributes: { key: 'team', value: 'blue' } }] };
const consumers = (world: World): unknown => ({ data: [{ type: 'workspaces', id: world.spare_workspace_id }] });

/** How every endpoint is asked so that it succeeds. In this order: later ones undo what earlier ones need. */
export const SAMPLES: Record<string, Sample> = {
  'GET /ping': { status: 204 },
  'GET /account/details': one('users'),
  'GET /users/:user_id': one('users'),
  'GET /organizations': list('organizations'),
  'POST /organizations': {
    ...one('organizations'),
    status: 201,
    body: () => document('organizations', { name: 'second', email: 'a@example.com' }),
  },
  'GET /organizations/:organization_name': one('organizations'),
  'PATCH /organizations/:organization_name': {
    ...one('organizations'),
    body: () => document('organizations', { email: 'b@example.com' }),
  },
  'DELETE /organizations/:organization_name': { status: 204, params: () => ({ organization_name: 'second' }) },
  'GET /organizations/:organization_name/entitlement-set': one('entitlement-sets'),
  'GET /organizations/:organization_name/organization-memberships': list('organization-memberships'),
  'POST /organizations/:organization_name/organization-memberships': {
    ...one('organization-memberships'),
    status: 201,
    body: () => document('organization-memberships', { email: 'carol@example.com' }),
  },
  'GET /organization-memberships/:membership_id': one('organization-memberships'),
  'DELETE /organization-memberships/:membership_id': { status: 204 },
  'POST /organizations/:organization_name/teams': {
    ...one('teams'),
    status: 201,
    body: () => document('teams', { name: 'writers' }),
  },
  'GET /organizations/:organization_name/teams': list('teams'),
  'GET /teams/:team_id': one('teams'),
  'PATCH /teams/:team_id': { ...one('teams'), body: () => document('teams', { visibility: 'organization' }) },
  'POST /teams/:team_id/authentication-token': { ...one('authentication-tokens'), status: 201 },
  'GET /teams/:team_id/authentication-token': one('authentication-tokens'),
  'DELETE /teams/:team_id/authentication-token': { status: 204 },
  'GET /team-workspaces': {
    ...list('team-workspaces'),
    query: (world) => `filter[workspace][id]=${world.workspace_id}`,
  },
  'POST /team-workspaces': {
    ...one('team-workspaces'),
    status: 201,
    body: (world) =>
      document(
        'team-workspaces',
        { access: 'custom', runs: 'plan' },
        {
          team: related('teams', world.team_id),
          workspace: related('workspaces', world.spare_workspace_id),
        },
      ),
  },
  'GET /team-workspaces/:team_workspace_id': one('team-workspaces'),
  'PATCH /team-workspaces/:team_workspace_id': {
    ...one('team-workspaces'),
    body: () => document('team-workspaces', { access: 'admin' }),
  },
  'DELETE /team-workspaces/:team_workspace_id': { status: 204 },
  'DELETE /teams/:team_id': { status: 204 },
  'GET /organizations/:organization_name/runs/queue': list('runs'),
  'GET /organizations/:organization_name/capacity': one('organization-capacity'),
  'GET /organizations/:organization_name/projects': list('projects'),
  'POST /organizations/:organization_name/projects': {
    ...one('projects'),
    status: 201,
    body: () => document('projects', { name: 'third project' }),
  },
  'GET /projects/:project_id': one('projects'),
  'PATCH /projects/:project_id': { ...one('projects'), body: () => document('projects', { description: 'new' }) },
  'DELETE /projects/:project_id': { status: 204, params: (world) => ({ project_id: world.spare_project_id }) },
  'GET /organizations/:organization_name/workspaces': list('workspaces'),
  'POST /organizations/:organization_name/workspaces': {
    ...one('workspaces'),
    status: 201,
    body: () => document('workspaces', { name: 'made', 'auto-apply': true }),
  },
  'GET /organizations/:organization_name/workspaces/:workspace_name': one('workspaces'),
  'PATCH /organizations/:organization_name/workspaces/:workspace_name': {
    ...one('workspaces'),
    body: () => document('workspaces', { description: 'new' }),
  },
  'DELETE /organizations/:organization_name/workspaces/:workspace_name': {
    status: 204,
    params: () => ({ workspace_name: 'doomed-0' }),
  },
  'POST /organizations/:organization_name/workspaces/:workspace_name/actions/safe-delete': {
    status: 204,
    params: () => ({ workspace_name: 'doomed-1' }),
  },
  'GET /workspaces/:workspace_id': one('workspaces'),
  'PATCH /workspaces/:workspace_id': {
    ...one('workspaces'),
    body: () => document('workspaces', { description: null }),
  },
  'DELETE /workspaces/:workspace_id': {
    status: 204,
    params: (world) => ({ workspace_id: world.doomed_workspaces[2] ?? '' }),
  },
  'POST /workspaces/:workspace_id/actions/safe-delete': {
    status: 204,
    params: (world) => ({ workspace_id: world.doomed_workspaces[3] ?? '' }),
  },
  'POST /workspaces/:workspace_id/actions/lock': {
    ...one('workspaces'),
    params: (world) => ({ workspace_id: world.spare_workspace_id }),
    body: () => ({ reason: 'maintenance' }),
  },
  'POST /workspaces/:workspace_id/actions/unlock': {
    ...one('workspaces'),
    params: (world) => ({ workspace_id: world.spare_workspace_id }),
  },
  'POST /workspaces/:workspace_id/actions/force-unlock': {
    ...one('workspaces'),
    params: (world) => ({ workspace_id: world.locked_workspace_id }),
  },
  'PATCH /workspaces/:workspace_id/tag-bindings': {
    ...list('tag-bindings'),
    body: () => TAGGED,
  },
  'GET /workspaces/:workspace_id/tag-bindings': list('tag-bindings'),
  'GET /workspaces/:workspace_id/effective-tag-bindings': list('effective-tag-bindings'),
  'GET /workspaces/:workspace_id/relationships/tag-bindings': list('tag-bindings'),
  'POST /workspaces/:workspace_id/relationships/tag-bindings': { status: 204, body: () => TAGGED },
  'PATCH /workspaces/:workspace_id/relationships/tag-bindings': { status: 204, body: () => TAGGED },
  'PATCH /projects/:project_id/tag-bindings': { ...list('tag-bindings'), body: () => TAGGED },
  'GET /projects/:project_id/tag-bindings': list('tag-bindings'),
  'GET /projects/:project_id/effective-tag-bindings': list('effective-tag-bindings'),
  'GET /projects/:project_id/relationships/tag-bindings': list('tag-bindings'),
  'POST /projects/:project_id/relationships/tag-bindings': { status: 204, body: () => TAGGED },
  'PATCH /projects/:project_id/relationships/tag-bindings': { status: 204, body: () => TAGGED },
  'POST /workspaces/:workspace_id/relationships/remote-state-consumers': { status: 204, body: consumers },
  'GET /workspaces/:workspace_id/relationships/remote-state-consumers': list('workspaces'),
  'PATCH /workspaces/:workspace_id/relationships/remote-state-consumers': { status: 204, body: consumers },
  'DELETE /workspaces/:workspace_id/relationships/remote-state-consumers': { status: 204, body: consumers },
  'POST /workspaces/:workspace_id/relationships/tags': {
    status: 204,
    body: () => ({ data: [{ type: 'tags', attributes: { name: 'blue' } }] }),
  },
  'GET /workspaces/:workspace_id/relationships/tags': list('tags'),
  'GET /organizations/:organization_name/tags': list('tags'),
  'DELETE /workspaces/:workspace_id/relationships/tags': {
    status: 204,
    body: () => ({ data: [{ type: 'tags', id: 'tag-blue' }] }),
  },
  'GET /organizations/:organization_name/ssh-keys': list('ssh-keys'),
  'POST /organizations/:organization_name/ssh-keys': {
    ...one('ssh-keys'),
    status: 201,
    body: () => document('ssh-keys', { name: 'second', value: 'planted' }),
  },
  'GET /ssh-keys/:ssh_key_id': one('ssh-keys'),
  'PATCH /ssh-keys/:ssh_key_id': { ...one('ssh-keys'), body: () => document('ssh-keys', { name: 'renamed' }) },
  'PATCH /workspaces/:workspace_id/relationships/ssh-key': {
    ...one('workspaces'),
    body: (world) => document('workspaces', { id: world.ssh_key_id }),
  },
  'DELETE /ssh-keys/:ssh_key_id': { status: 204 },
  'GET /workspaces/:workspace_id/resources': list('resources'),
  'GET /organizations/:organization_name/varsets': { status: 200 },
  'GET /projects/:project_id/varsets': { status: 200 },
  'GET /workspaces/:workspace_id/varsets': { status: 200 },
  'GET /workspaces/:workspace_id/applicable-varsets': { status: 200 },
  'GET /workspaces/:workspace_id/vars': list('vars'),
  'GET /workspaces/:workspace_id/all-vars': list('vars'),
  'POST /workspaces/:workspace_id/vars': {
    ...one('vars'),
    status: 201,
    body: () => document('vars', { key: 'new', value: 'x', category: 'env' }),
  },
  'GET /workspaces/:workspace_id/vars/:variable_id': one('vars'),
  'PATCH /workspaces/:workspace_id/vars/:variable_id': { ...one('vars'), body: () => document('vars', { value: 'y' }) },
  'DELETE /workspaces/:workspace_id/vars/:variable_id': { status: 204 },
  'GET /workspaces/:workspace_id/configuration-versions': list('configuration-versions'),
  'POST /workspaces/:workspace_id/configuration-versions': {
    ...one('configuration-versions'),
    status: 201,
    body: () => document('configuration-versions', { 'auto-queue-runs': false }),
  },
  'GET /configuration-versions/:configuration_version_id': one('configuration-versions'),
  'GET /configuration-versions/:configuration_version_id/download': { status: 302 },
  'POST /configuration-versions/:configuration_version_id/actions/archive': {
    status: 202,
    params: (world) => ({ configuration_version_id: world.old_configuration_version_id }),
  },
  'GET /runs/:run_id/configuration-version': one('configuration-versions'),
  'GET /runs/:run_id/configuration-version/download': { status: 302 },
  'POST /runs': {
    ...one('runs'),
    status: 201,
    body: (world) => document('runs', { 'plan-only': true }, { workspace: related('workspaces', world.workspace_id) }),
  },
  'GET /runs/:run_id': one('runs'),
  'GET /workspaces/:workspace_id/runs': list('runs'),
  'GET /organizations/:organization_name/runs': list('runs'),
  'POST /runs/:run_id/actions/apply': action(202, 'planned_run_id'),
  'POST /runs/:run_id/actions/discard': action(202, 'discardable_run_id'),
  'POST /runs/:run_id/actions/cancel': action(202, 'planning_run_id'),
  'POST /runs/:run_id/actions/force-cancel': action(202, 'stubborn_run_id'),
  'POST /runs/:run_id/actions/force-execute': action(202, 'executable_run_id'),
  'GET /runs/:run_id/comments': list('comments'),
  'POST /runs/:run_id/comments': { ...one('comments'), status: 201, body: () => document('comments', { body: 'hm' }) },
  'GET /comments/:comment_id': one('comments'),
  'GET /runs/:run_id/run-events': list('run-events'),
  'GET /run-events/:run_event_id': one('run-events'),
  'GET /plans/:plan_id': one('plans'),
  'GET /plans/:plan_id/json-output': { status: 307 },
  'GET /plans/:plan_id/json-output-redacted': { status: 307 },
  'GET /plans/:plan_id/sanitized-plan': { status: 307 },
  'GET /plans/:plan_id/json-schema': { status: 307 },
  'GET /runs/:run_id/plan': one('plans'),
  'GET /runs/:run_id/plan/json-output': { status: 307 },
  'GET /runs/:run_id/plan/json-output-redacted': { status: 307 },
  'GET /runs/:run_id/plan/sanitized-plan': { status: 307 },
  'GET /runs/:run_id/plan/json-schema': { status: 307 },
  'GET /applies/:apply_id': one('applies'),
  'GET /runs/:run_id/apply': one('applies'),
  'GET /applies/:apply_id/errored-state': { status: 404 }, // there is never one: see the route
  'GET /cost-estimates/:cost_estimate_id': one('cost-estimates'),
  'GET /runs/:run_id/cost-estimate': {
    ...one('cost-estimates'),
    params: (world) => ({ run_id: world.checked_run_id }),
  },
  'GET /runs/:run_id/policy-checks': {
    ...list('policy-checks'),
    params: (world) => ({ run_id: world.checked_run_id }),
  },
  'GET /policy-checks/:policy_check_id': one('policy-checks'),
  'GET /policy-checks/:policy_check_id/output': { status: 307 },
  'POST /policy-checks/:policy_check_id/actions/override': one('policy-checks'),
  'GET /runs/:run_id/task-stages': { ...list('task-stages'), params: (world) => ({ run_id: world.staged_run_id }) },
  'GET /task-stages/:task_stage_id': one('task-stages'),
  'GET /task-stages/:task_stage_id/policy-evaluations': { status: 200 },
  'GET /runs/:run_id/tf-policy-evaluations': { status: 200 },
  'POST /task-stages/:task_stage_id/actions/override': { ...one('task-stages'), body: () => ({ comment: 'known' }) },
  'GET /state-versions': {
    ...list('state-versions'),
    query: (world) =>
      `filter[organization][name]=${world.organization_name}&filter[workspace][name]=${world.workspace_name}`,
  },
  'GET /state-versions/:state_version_id': one('state-versions'),
  'GET /state-versions/:state_version_id/download': { status: 302 },
  'GET /state-versions/:state_version_id/outputs': list('state-version-outputs'),
  'GET /state-version-outputs/:output_id': one('state-version-outputs'),
  'GET /workspaces/:workspace_id/current-state-version': one('state-versions'),
  'GET /workspaces/:workspace_id/current-state-version-outputs': list('state-version-outputs'),
  'POST /workspaces/:workspace_id/state-versions': {
    ...one('state-versions'),
    status: 201,
    params: (world) => ({ workspace_id: world.doomed_workspaces[4] ?? '' }),
    body: () => document('state-versions', { serial: 1, md5: 'd41d8cd98f00b204e9800998ecf8427e', lineage: 'l' }),
  },
  'GET /workspaces/:workspace_id/notification-configurations': list('notification-configurations'),
  'POST /workspaces/:workspace_id/notification-configurations': {
    ...one('notification-configurations'),
    status: 201,
    body: () =>
      document('notification-configurations', {
        name: 'mail',
        'destination-type': 'email',
        enabled: true,
        triggers: ['run:created'],
      }),
  },
  'GET /notification-configurations/:notification_configuration_id': one('notification-configurations'),
  'PATCH /notification-configurations/:notification_configuration_id': {
    ...one('notification-configurations'),
    body: () => document('notification-configurations', { name: 'renamed' }),
  },
  'POST /notification-configurations/:notification_configuration_id/actions/verify': one('notification-configurations'),
  'DELETE /notification-configurations/:notification_configuration_id': { status: 204 },
};
