import { z } from 'zod';
import { conflict, created, invalid, noContent, notFound, ok } from '../http/answer.ts';
import { readResource } from '../http/json-api.ts';
import { demandInOrganization, organizationOf } from '../http/permissions.ts';
import type { OrganizationNeed } from '../http/permissions.ts';
import { offsetOf, pageOf } from '../http/query.ts';
import type { Call, Route } from '../http/route.ts';
import { newId } from '../ids.ts';
import { presentProject } from '../resources/project.ts';
import { includedIn, relationsOf } from '../resources/include.ts';
import type { Services } from '../services.ts';
import type { ProjectRecord } from '../store/records.ts';

const Attributes = z.object({
  name: z
    .string()
    .min(3, 'is too short (minimum is 3 characters)')
    .max(40)
    .regex(/^[A-Za-z0-9 _-]+$/, 'is invalid'),
  description: z.string().max(256).nullish(),
});

function projectOf(call: Call, services: Services, need: OrganizationNeed = 'read'): ProjectRecord {
  const project = services.store.projects.get(call.params['project_id'] ?? '');
  if (!project) throw notFound();
  demandInOrganization(call.caller, need, project.organization);
  return project;
}

function refuseTakenName(services: Services, organization: string, name: string): void {
  if (services.store.projects.first({ scope: organization, name })) {
    throw invalid('Name has already been taken', '/data/attributes/name');
  }
}

const OF_ORGANIZATION = '/organizations/:organization_name/projects';

export const projectRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: OF_ORGANIZATION,
    summary: 'List projects',
    door: 'api',
    include: relationsOf('projects'),
    handle(call, services) {
      const organization = organizationOf(call, services);
      const page = call.query.page();
      const names = call.query.list('filter[names]');
      const search = call.query.text('q');
      const isTagAsked = call.query.text('filter[tagged][0][key]') !== undefined;
      const selection = {
        scope: organization.id,
        conditions: [
          ...(names ? [{ sql: `name IN (${names.map(() => '?').join(', ')})`, values: names }] : []),
          ...(search === undefined ? [] : [{ sql: 'instr(lower(name), lower(?))', values: [search] }]),
          // Projects carry no tags here.
          ...(isTagAsked ? [{ sql: '0', values: [] }] : []),
        ],
      };
      const projects = services.store.projects.select({ ...selection, order: 'oldest', ...offsetOf(page) });
      const total = services.store.projects.count(selection);
      const items = projects.map(presentProject);
      const included = includedIn('projects', projects, call, services);
      return ok(pageOf({ items, total }, page, { path: call.path, ...(included && { included }) }));
    },
  },
  {
    method: 'POST',
    path: OF_ORGANIZATION,
    summary: 'Create a project',
    door: 'api',
    body: 'resource',
    handle(call, services) {
      const organization = organizationOf(call, services, 'admin');
      const { attributes } = readResource(call.body, { type: 'projects', attributes: Attributes });
      refuseTakenName(services, organization.id, attributes.name);
      const project = services.store.projects.insert({
        id: newId('prj'),
        organization: organization.id,
        name: attributes.name,
        description: attributes.description ?? null,
        createdAt: services.timestamp(),
      });
      return created({ data: presentProject(project) });
    },
  },
  {
    method: 'GET',
    path: '/projects/:project_id',
    summary: 'Read a project',
    door: 'api',
    include: relationsOf('projects'),
    handle(call, services) {
      const project = projectOf(call, services);
      const included = includedIn('projects', [project], call, services);
      return ok({ data: presentProject(project), ...(included && { included }) });
    },
  },
  {
    method: 'PATCH',
    path: '/projects/:project_id',
    summary: 'Update a project',
    door: 'api',
    body: 'resource',
    handle(call, services) {
      const project = projectOf(call, services, 'admin');
      const { attributes } = readResource(call.body, { type: 'projects', attributes: Attributes.partial() });
      const { name, description } = attributes;
      if (name !== undefined && name !== project.name) refuseTakenName(services, project.organization, name);
      const updated = services.store.projects.update(project.id, {
        ...(name !== undefined && { name }),
        ...(description !== undefined && { description }),
      });
      return ok({ data: presentProject(updated) });
    },
  },
  {
    method: 'DELETE',
    path: '/projects/:project_id',
    summary: 'Delete a project that has no workspaces',
    door: 'api',
    handle(call, services) {
      const project = projectOf(call, services, 'admin');
      const used = services.store.workspaces.count({
        scope: project.organization,
        conditions: [{ sql: "body->>'$.projectId' = ?", values: [project.id] }],
      });
      const isDefault =
        services.store.projects.first({ scope: project.organization, order: 'oldest' })?.id === project.id;
      if (used > 0 || isDefault) throw conflict('The project has workspaces, or is the default one.');
      services.store.projects.delete(project.id);
      return noContent();
    },
  },
];
