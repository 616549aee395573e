import { linkTo, linkToAll } from '../http/json-api.ts';
import type { Resource } from '../http/json-api.ts';
import type { ExecutionModeDocumentDeps } from '../workspace/execution-mode.ts';
import type { ProjectRecord } from './project-record.ts';
import { defaultExecutionModeOf } from '../workspace/execution-mode.ts';
import { presentTagBindings } from '../tag-binding/tag-binding.ts';

export const presentProject = (project: ProjectRecord, deps: ExecutionModeDocumentDeps): Resource => ({
  id: project.id,
  type: 'projects',
  attributes: {
    name: project.name,
    description: project.description,
    'created-at': project.createdAt,
    'is-unified': false,
    'auto-destroy-activity-duration': null,
    'setting-overwrites': { 'default-execution-mode': false, 'default-agent-pool': false },
    ...project.attributes,
    'default-execution-mode': defaultExecutionModeOf(project, deps),
    permissions: { 'can-read': true, 'can-update': true, 'can-destroy': true, 'can-create-workspace': true },
  },
  relationships: {
    organization: linkTo('organizations', project.organization),
    'tag-bindings': { links: { related: `/api/v2/projects/${project.id}/tag-bindings` } },
    // With their ids: a client that includes them looks for these, not for the link.
    'effective-tag-bindings': {
      ...linkToAll(
        'effective-tag-bindings',
        presentTagBindings(project, 'effective-tag-bindings').map(({ id }) => id),
      ),
      links: { related: `/api/v2/projects/${project.id}/effective-tag-bindings` },
    },
  },
  links: { self: `/api/v2/projects/${project.id}` },
});

/** The attributes of a project after a change: whoever sets a default execution mode no longer inherits the organization's. */
export function withImpliedDefaults(
  present: Record<string, unknown>,
  settings: Record<string, unknown>,
): Record<string, unknown> {
  return {
    ...present,
    ...settings,
    'setting-overwrites': {
      'default-execution-mode': false,
      'default-agent-pool': false,
      ...(present['setting-overwrites'] as Record<string, boolean> | undefined),
      ...(settings['default-execution-mode'] !== undefined && { 'default-execution-mode': true }),
      ...(settings['setting-overwrites'] as Record<string, boolean> | undefined),
    },
  };
}
