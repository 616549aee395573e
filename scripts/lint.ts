import { fileURLToPath } from 'node:url';
import { runToItsEnd } from '../bin/run-in-place.js';
import { checkImports } from './import-rules.ts';

/** `npm run lint`: the linter over everything, the import table over src, and what nobody uses. All run, whatever one finds. */
const root = fileURLToPath(new URL('..', import.meta.url));
const oxlint = await runToItsEnd(`${root}node_modules/.bin/oxlint`, [
  '--type-aware',
  '--report-unused-disable-directives-severity=error',
  ...process.argv.slice(2),
]);

const { violations, modules } = await checkImports(root);
for (const violation of violations) console.error(violation);
console.log(`Import table: ${modules} modules, ${violations.length} violations.`);

const dead = await runToItsEnd(`${root}node_modules/.bin/knip`, ['--no-progress', '--treat-config-hints-as-errors']);
process.exitCode = oxlint.code === 0 && violations.length === 0 && dead.code === 0 ? 0 : 1;
