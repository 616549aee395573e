import { FaultRequest } from '../../src/control/faults.ts';
import { PersonRequest } from '../../src/control/people.ts';
import { HELP } from '../../src/command-line.ts';
import { Script } from '../../src/engine/script.ts';
import { RUN_STATUSES } from '../../src/run/run-statuses.ts';
import { code, table } from '../../../../scripts/reference/markdown.ts';
import { controlEndpoints, endpoints } from './endpoints.ts';
import { fields } from './fields.ts';
import { FAULT_FIELD_MEANINGS, FAULT_MEANINGS, SCRIPT_MEANINGS } from './meanings.ts';

const PERSON_MEANINGS = {
  as: 'the name of the person, who is made up when there is none of that name',
  act: 'what the person does',
  run: 'the run that it is done to',
  times: 'how often',
  comment: 'the comment of a run action, or the reason of a lock',
};

/** What stands between `<!-- NAME -->` and `<!-- /NAME -->` of packages/local-tfe/README.md. */
const PARTS: Readonly<Record<string, () => string>> = {
  options: () => `\`\`\`text\n${HELP.trimEnd()}\n\`\`\``,
  endpoints,
  statuses: () => RUN_STATUSES.map(code).join(', '),
  script: () => fields(Script, SCRIPT_MEANINGS),
  'fault-fields': () => fields(FaultRequest, FAULT_FIELD_MEANINGS),
  faults: () =>
    table(
      ['fault', 'what happens'],
      Object.entries(FAULT_MEANINGS).map(([name, what]) => [code(name), what]),
    ),
  people: () => fields(PersonRequest, PERSON_MEANINGS),
  control: controlEndpoints,
};

/** The page with its generated parts made anew. Throws when a part has lost its place, or a place has no part. */
export function renewPage(page: string): string {
  const places = [...page.matchAll(/^<!-- ([\w-]+) -->$/gm)].map((match) => match[1] ?? '');
  const astray = [...places, ...Object.keys(PARTS)].find((name) => !(name in PARTS) || !places.includes(name));
  if (astray !== undefined)
    throw new Error(`packages/local-tfe/README.md and its generator do not agree on the part ${astray}`);
  return places.reduce((text, name) => replacePart(text, name, PARTS[name]?.() ?? ''), page);
}

function replacePart(page: string, name: string, content: string): string {
  const [start, end] = [`<!-- ${name} -->\n`, `\n<!-- /${name} -->`];
  const [from, to] = [page.indexOf(start), page.indexOf(end)];
  if (to < from) throw new Error(`the part ${name} of packages/local-tfe/README.md does not end`);
  return `${page.slice(0, from + start.length)}\n${content}\n${page.slice(to)}`;
}
