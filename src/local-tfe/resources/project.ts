import { linkTo } from '../http/json-api.ts';
import type { Resource } from '../http/json-api.ts';
import type { ProjectRecord } from '../store/records.ts';

export const presentProject = (project: ProjectRecord): Resource => ({
  id: project.id,
  type: 'projects',
  attributes: {
    name: project.name,
    description: project.description,
    'created-at': project.createdAt,
    'is-unified': false,
    'auto-destroy-activity-duration': null,
    'default-execution-mode': 'remote',
    permissions: { 'can-read': true, 'can-update': true, 'can-destroy': true, 'can-create-workspace': true },
  },
  relationships: { organization: linkTo('organizations', project.organization) },
  links: { self: `/api/v2/projects/${project.id}` },
});
