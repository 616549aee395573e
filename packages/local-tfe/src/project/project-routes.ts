import { z } from 'zod';
import { conflict, created, invalid, noContent, ok } from '../http/answer.ts';
import { readResource } from '../http/json-api.ts';
import { organizationOf, projectOf } from '../http/permissions.ts';
import { offsetOf, pageOf } from '../http/query.ts';
import type { Route } from '../http/route.ts';
import { newId } from '../ids.ts';
import { presentProject, withImpliedDefaults } from './project-document.ts';
import { bindingsFrom, taggedAs, TagBindings } from '../tag-binding/tag-binding.ts';
import { includedIn, relationsOf } from '../include.ts';
import type { PermissionsDeps } from '../http/permissions.ts';
import type { IncludeDocumentDeps } from '../include.ts';
import type { Store } from '../store/store.ts';
import { oneOf } from '../store/collection.ts';

export interface ProjectsRouteDeps extends PermissionsDeps, IncludeDocumentDeps {
  store: Store;
  timestamp: () => string;
}

const Attributes = z.object({
  name: z
    .string()
    .min(3, 'is too short (minimum is 3 characters)')
    .max(40)
    .regex(/^[A-Za-z0-9 _-]*$/, 'is invalid')
    .regex(/^(?! ).*(?<! )$/, 'cannot start or end with spaces'),
  description: z.string().max(256).nullish(),
  'auto-destroy-activity-duration': z
    .string()
    .regex(/^[1-9]\d{0,3}[dh]$/, 'is invalid')
    .nullable()
    .optional(),
  'default-execution-mode': z.enum(['remote', 'local', 'agent']).optional(),
  'setting-overwrites': z
    .object({ 'default-execution-mode': z.boolean(), 'default-agent-pool': z.boolean() })
    .partial()
    .optional(),
});
const Relationships = z.object({ 'tag-bindings': TagBindings });

function refuseTakenName(deps: ProjectsRouteDeps, organization: string, name: string): void {
  if (deps.store.projects.first({ scope: organization, name })) {
    throw invalid('Name has already been taken', '/data/attributes/name');
  }
}

const OF_ORGANIZATION = '/organizations/:organization_name/projects';

export const projectRoutes: readonly Route<ProjectsRouteDeps>[] = [
  {
    method: 'GET',
    path: OF_ORGANIZATION,
    summary: 'List projects',
    door: 'api',
    include: relationsOf('projects'),
    handle(call, deps) {
      const organization = organizationOf(call, deps);
      const page = call.query.page();
      const names = call.query.list('filter[names]');
      const search = call.query.text('q');
      const selection = {
        scope: organization.id,
        conditions: [
          // Names go before a search, and neither looks at case (documentation of the API).
          ...(names
            ? [
                oneOf(
                  'lower(name)',
                  names.map((name) => name.toLowerCase()),
                ),
              ]
            : search === undefined
              ? []
              : [{ sql: 'instr(lower(name), lower(?))', values: [search] }]),
          ...taggedAs(call.query),
        ],
      };
      const projects = deps.store.projects.select({ ...selection, order: 'oldest', ...offsetOf(page) });
      const total = deps.store.projects.count(selection);
      const items = projects.map((project) => presentProject(project, deps));
      const included = includedIn('projects', projects, call, deps);
      return ok(pageOf({ items, total }, page, { call, ...(included && { included }) }));
    },
  },
  {
    method: 'POST',
    path: OF_ORGANIZATION,
    summary: 'Create a project',
    door: 'api',
    body: 'resource',
    handle(call, deps) {
      const organization = organizationOf(call, deps, 'admin');
      const { attributes, relationships } = readResource(call.body, {
        type: 'projects',
        attributes: Attributes,
        relationships: Relationships,
      });
      const { name, description, ...settings } = attributes;
      refuseTakenName(deps, organization.id, name);
      const project = deps.store.projects.insert({
        id: newId('prj'),
        organization: organization.id,
        name,
        description: description ?? null,
        createdAt: deps.timestamp(),
        attributes: withImpliedDefaults({}, settings),
        tagBindings: bindingsFrom(relationships['tag-bindings']?.data ?? []),
      });
      return created({ data: presentProject(project, deps) });
    },
  },
  {
    method: 'GET',
    path: '/projects/:project_id',
    summary: 'Read a project',
    door: 'api',
    include: relationsOf('projects'),
    handle(call, deps) {
      const project = projectOf(call, deps);
      const included = includedIn('projects', [project], call, deps);
      return ok({ data: presentProject(project, deps), ...(included && { included }) });
    },
  },
  {
    method: 'PATCH',
    path: '/projects/:project_id',
    summary: 'Update a project',
    door: 'api',
    body: 'resource',
    handle(call, deps) {
      const project = projectOf(call, deps, 'admin');
      const { attributes, relationships } = readResource(call.body, {
        type: 'projects',
        attributes: Attributes.partial(),
        relationships: Relationships,
      });
      const { name, description, ...settings } = attributes;
      const tags = relationships['tag-bindings'];
      if (name !== undefined && name !== project.name) refuseTakenName(deps, project.organization, name);
      const updated = deps.store.projects.update(project.id, {
        ...(name !== undefined && { name }),
        ...(description !== undefined && { description }),
        ...(tags && { tagBindings: bindingsFrom(tags.data) }),
        attributes: withImpliedDefaults(project.attributes ?? {}, settings),
      });
      return ok({ data: presentProject(updated, deps) });
    },
  },
  {
    method: 'DELETE',
    path: '/projects/:project_id',
    summary: 'Delete a project that has no workspaces',
    door: 'api',
    handle(call, deps) {
      const project = projectOf(call, deps, 'admin');
      const used = deps.store.workspaces.count({
        scope: project.organization,
        conditions: [{ sql: "body->>'$.projectId' = ?", values: [project.id] }],
      });
      const isDefault = deps.store.projects.first({ scope: project.organization, order: 'oldest' })?.id === project.id;
      if (used > 0 || isDefault) throw conflict('The project has workspaces, or is the default one.');
      deps.store.projects.delete(project.id);
      return noContent();
    },
  },
];
