import { FAILURE_TYPES, OUTCOMES, PHASES, SEARCH_ATTRIBUTES } from '@runwright/client/contract';
import { EXIT_CODES } from '../../src/cli/exit-codes.ts';
import * as messages from '../../packages/client/src/contract/messages.ts';
import { describeSettings } from '../../src/service/settings.ts';
import { describeCommands } from './commands.ts';
import { code, table } from './markdown.ts';
import {
  ATTRIBUTE_MEANINGS,
  FAILURE_MEANINGS,
  MESSAGE_MEANINGS,
  OUTCOME_MEANINGS,
  PHASE_MEANINGS,
  REFUSAL_MEANINGS,
} from './meanings.ts';
import { describeDefaults } from './request.ts';

/** The whole of docs/reference.md. */
export async function referencePage(): Promise<string> {
  const sections: [string, string][] = [
    ['Settings', settings()],
    ['Commands', await describeCommands()],
    ['Exit codes', exitCodes()],
    ['Phases', explained('phase', PHASES, PHASE_MEANINGS)],
    ['Outcomes', explained('outcome', OUTCOMES, OUTCOME_MEANINGS)],
    ['Failures', failures()],
    ['Signals, updates, queries', messageTable()],
    ['Decisions that do not count', explained('reason', Object.keys(REFUSAL_MEANINGS), REFUSAL_MEANINGS)],
    ['Defaults of a request', `Durations are milliseconds.\n\n${describeDefaults()}`],
    ['Search attributes', searchAttributes()],
  ];
  const contents = sections.map(([title]) => `- [${title}](#${anchorOf(title)})`).join('\n');
  const body = sections.map(([title, text]) => `## ${title}\n\n${text}`).join('\n\n');
  return `# Reference

Made from the sources by \`npm run reference\`; a test fails when it is out of date. Do not edit it by hand.

${contents}

${body}
`;
}

function settings(): string {
  const rows = describeSettings().map(({ name, meaning, byDefault, kind }) => [
    code(name),
    `${meaning}${kind === 'secret' ? ' (secret: never printed)' : ''}`,
    byDefault ?? '',
  ]);
  return `All problems of the configuration are reported at once. Temporal is reached by its own \`TEMPORAL_*\` variables and
configuration file (\`TEMPORAL_ADDRESS\`, \`TEMPORAL_NAMESPACE\`, \`TEMPORAL_API_KEY\`, \`TEMPORAL_TLS\`, …).

${table(['variable', 'meaning', 'default'], rows)}`;
}

const exitCodes = (): string =>
  table(
    ['code', 'meaning'],
    Object.values(EXIT_CODES).map(({ code: number, meaning }) => [`${number}`, meaning]),
  );

const failures = (): string =>
  `Type of the failure with which a request ends; \`details[0]\` holds key, run, status and \`changed\` (\`nothing\`,
\`something\` or \`unknown\`), and where there is one the end of the log.

${explained('type', FAILURE_TYPES, FAILURE_MEANINGS)}`;

function explained(head: string, words: readonly string[], meanings: Readonly<Record<string, string>>): string {
  return table(
    [head, 'meaning'],
    words.map((word) => [code(word), meanings[word] ?? '']),
  );
}

function messageTable(): string {
  const rows = Object.values(messages).map(({ name, type }) => {
    const known = MESSAGE_MEANINGS[name];
    if (known?.kind !== type) throw new Error(`the ${type} ${name} is not explained in scripts/reference/meanings.ts`);
    return [code(name), type, known.input, known.meaning];
  });
  return table(['name', 'kind', 'input', 'meaning'], rows);
}

const searchAttributes = (): string =>
  table(
    ['name', 'type', 'value'],
    Object.entries(SEARCH_ATTRIBUTES).map(([key, { name, type }]) => [
      code(name),
      type,
      ATTRIBUTE_MEANINGS[key as keyof typeof SEARCH_ATTRIBUTES],
    ]),
  );

const anchorOf = (title: string): string =>
  title
    .toLowerCase()
    .replaceAll(/[^a-z0-9 -]/g, '')
    .replaceAll(' ', '-');
