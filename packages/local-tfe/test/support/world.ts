import type { World } from './samples.ts';
import { document, HELLO, related } from './tfe-driver.ts';
import type { Files, Tfe } from './tfe-driver.ts';

const CHECKED: Files = {
  ...HELLO,
  'local-tfe.json': JSON.stringify({
    'cost-estimate': {},
    policies: [{ name: 'tags', result: 'failed' }],
  }),
};
const STAGED: Files = {
  ...HELLO,
  'local-tfe.json': JSON.stringify({
    'task-stages': [{ stage: 'pre_plan', result: 'failed', enforcement: 'overridable' }],
  }),
};
const slow = (extra: Record<string, unknown> = {}): Files => ({
  ...HELLO,
  'local-tfe.json': JSON.stringify({ plan: { seconds: 60, ...extra } }),
});

const idOf = async (reply: ReturnType<Tfe['api']>): Promise<string> => String((await reply).body.data.id);

/** One of everything, in states in which every action is allowed. */
export async function createWorld(tfe: Tfe): Promise<World> {
  await tfe.organization();
  const workspace_id = await tfe.workspace('network');
  const newRun = async (
    name: string,
    files: Files,
  ): Promise<{ workspace: string; configuration: string; run: string }> => {
    const workspace = await tfe.workspace(name);
    const configuration = await tfe.configuration(workspace, files);
    return { workspace, configuration, run: await tfe.run(workspace, configuration) };
  };
  const old = await tfe.configuration(workspace_id, HELLO);
  const current = await tfe.configuration(workspace_id, HELLO);
  const applied = await tfe.run(workspace_id, current, { 'auto-apply': true });
  const checked = await newRun('checked', CHECKED);
  const staged = await newRun('staged', STAGED);
  const planned = await newRun('planned', HELLO);
  const discardable = await newRun('discardable', HELLO);
  const planning = await newRun('planning', slow());
  const stubborn = await newRun('stubborn', slow({ 'ignores-cancel': true }));
  const queue = await newRun('queue', HELLO);
  await tfe.confirmable(queue.run);
  const executable = await tfe.run(queue.workspace, queue.configuration);
  await tfe.reaches(applied, 'applied');
  await tfe.reaches(checked.run, 'policy_override');
  await tfe.reaches(staged.run, 'pre_plan_awaiting_decision');
  await tfe.confirmable(planned.run);
  await tfe.confirmable(discardable.run);
  await tfe.reaches(planning.run, 'planning');
  await tfe.reaches(stubborn.run, 'planning');
  await tfe.api('POST', `/runs/${stubborn.run}/actions/cancel`);
  const doomed: string[] = [];
  for (let n = 0; n < 5; n += 1) doomed.push(await tfe.workspace(`doomed-${n}`));
  await tfe.api('POST', `/workspaces/${doomed[4] ?? ''}/actions/lock`);
  const locked = await tfe.workspace('locked');
  await tfe.api('POST', `/workspaces/${locked}/actions/lock`);
  const team_id = await idOf(tfe.api('POST', '/organizations/acme/teams', document('teams', { name: 'readers' })));
  const grant = document(
    'team-workspaces',
    { access: 'read' },
    {
      team: related('teams', team_id),
      workspace: related('workspaces', workspace_id),
    },
  );
  const run = (await tfe.api('GET', `/runs/${applied}`)).body.data;
  const state = (await tfe.api('GET', `/workspaces/${workspace_id}/current-state-version`)).body.data;
  const events = (await tfe.api('GET', `/runs/${applied}/run-events`)).body.data;
  return {
    organization_name: 'acme',
    workspace_name: 'network',
    workspace_id,
    spare_workspace_id: await tfe.workspace('spare'),
    doomed_workspaces: doomed,
    locked_workspace_id: locked,
    configuration_version_id: current,
    old_configuration_version_id: old,
    run_id: applied,
    planned_run_id: planned.run,
    discardable_run_id: discardable.run,
    planning_run_id: planning.run,
    stubborn_run_id: stubborn.run,
    executable_run_id: executable,
    checked_run_id: checked.run,
    staged_run_id: staged.run,
    plan_id: run.relationships.plan.data.id,
    apply_id: run.relationships.apply.data.id,
    user_id: run.relationships['created-by'].data.id,
    comment_id: await idOf(tfe.api('POST', `/runs/${applied}/comments`, document('comments', { body: 'first' }))),
    run_event_id: events[0].id,
    state_version_id: state.id,
    output_id: state.relationships.outputs.data[0].id,
    project_id: (await tfe.api('GET', '/organizations/acme/projects')).body.data[0].id,
    spare_project_id: await idOf(
      tfe.api('POST', '/organizations/acme/projects', document('projects', { name: 'spare' })),
    ),
    membership_id: await idOf(
      tfe.api(
        'POST',
        '/organizations/acme/organization-memberships',
        document('organization-memberships', { email: 'bob@example.com' }),
      ),
    ),
    variable_id: await idOf(
      tfe.api(
        'POST',
        `/workspaces/${workspace_id}/vars`,
        document('vars', { key: 'secret', value: 'planted', category: 'env', sensitive: true }),
      ),
    ),
    cost_estimate_id: (await tfe.api('GET', `/runs/${checked.run}/cost-estimate`)).body.data.id,
    policy_check_id: (await tfe.api('GET', `/runs/${checked.run}/policy-checks`)).body.data[0].id,
    task_stage_id: (await tfe.api('GET', `/runs/${staged.run}/task-stages`)).body.data[0].id,
    team_id,
    ssh_key_id: await idOf(
      tfe.api('POST', '/organizations/acme/ssh-keys', document('ssh-keys', { name: 'git', value: 'planted' })),
    ),
    team_workspace_id: await idOf(tfe.api('POST', '/team-workspaces', grant)),
    notification_configuration_id: await idOf(
      tfe.api(
        'POST',
        `/workspaces/${workspace_id}/notification-configurations`,
        document('notification-configurations', { name: 'n', 'destination-type': 'email', enabled: false }),
      ),
    ),
  };
}
