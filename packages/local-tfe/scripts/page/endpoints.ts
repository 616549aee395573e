import { nameOf } from '../../src/http/route.ts';
import type { Endpoint } from '../../src/http/route.ts';
import { ROUTES } from '../../src/routes.ts';
import { code, table } from '../../../../scripts/reference/markdown.ts';

/** In the order of the page; a route belongs to the first that matches its name. */
const GROUPS: readonly (readonly [string, RegExp])[] = [
  ['Account and server', /^\w+ \/(ping|account|users|\.well-known|_health|app)\b/],
  [
    'Runs',
    /^\w+ \/(runs|workspaces\/:workspace_id\/runs|organizations\/:organization_name\/(runs|capacity))(?!.*(plan|apply$|comments|run-events|cost-estimate|policy-checks|task-stages|configuration-version))|\/runs\/:run_id\/actions\//,
  ],
  ['Plans and applies', /\/(plans|applies|plan|apply)\b/],
  ['Cost estimates, policy checks, task stages', /\/(cost-estimates?|policy-checks|task-stages)\b/],
  ['Comments and run events', /\/(comments|run-events)\b/],
  ['Configuration versions', /\/configuration-versions?\b/],
  ['State', /\/(state-versions|state-version-outputs|current-state-version|current-state-version-outputs)\b/],
  ['Notification configurations', /\/notification-configurations\b/],
  ['Variables', /\/(vars|all-vars|varsets|applicable-varsets)\b/],
  ['SSH keys', /\/ssh-keys?\b/],
  ['Teams and members', /\/(teams|team-workspaces|organization-memberships)\b/],
  ['Projects', /\/projects\b/],
  ['Uploads, logs, downloads', /\/_archivist\//],
  ['Workspaces', /\/workspaces\b/],
  ['Organizations', /\/organizations\b/],
];

/** Every route but those of the control API, by what it is about. Throws for one that belongs nowhere. */
export function endpoints(): string {
  const routes = ROUTES.filter(({ door }) => door !== 'control');
  const byGroup = Map.groupBy(routes, groupOf);
  return GROUPS.flatMap(([title]) => {
    const own = byGroup.get(title);
    return own === undefined ? [] : [`### ${title}\n\n${table(['endpoint', 'what it does'], own.map(row))}`];
  }).join('\n\n');
}

function groupOf(route: Endpoint): string {
  const found = GROUPS.find(([, pattern]) => pattern.test(nameOf(route)));
  if (found === undefined)
    throw new Error(`${nameOf(route)} belongs to no group of packages/local-tfe/scripts/page/endpoints.ts`);
  return found[0];
}

const row = (route: Endpoint): string[] => [
  code(nameOf(route)),
  `${route.summary}${route.budget === 'list' ? ' (counts against the run lists)' : ''}`,
];

/** What a test may do to the server. */
export function controlEndpoints(): string {
  const routes = ROUTES.filter(({ door }) => door === 'control');
  return table(['endpoint', 'what it does'], routes.map(row));
}
