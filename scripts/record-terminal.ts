import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { record } from './terminal/record.ts';
import { screenOf } from './terminal/screen.ts';
import { svgOf } from './terminal/svg.ts';

/** `node scripts/record-terminal.ts`: records the demo in a terminal of 80 columns, and writes docs/demo.svg. */
const COMMAND = 'npm run demo';
const COLUMNS = 80;
// Building what is missing is part of it where the demo was never run before.
const WITHIN_MS = 600_000;

const root = fileURLToPath(new URL('..', import.meta.url));
const written = await record({
  command: COMMAND.replace('run', 'run --silent'),
  columns: COLUMNS,
  cwd: root,
  withinMs: WITHIN_MS,
});
const lines = screenOf(written, COLUMNS);
const title = `${COMMAND}: one run from its files to its outputs, in a terminal`;
const svg = svgOf({ command: COMMAND, lines, columns: COLUMNS, title });
const file = 'docs/demo.svg';
await writeFile(`${root}/${file}`, svg);
console.log(`${file}: ${lines.length} lines, ${svg.length} B`);
