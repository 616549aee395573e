import { fileURLToPath } from 'node:url';
import { runToItsEnd } from '../bin/run-in-place.js';
import { checkImports } from './import-rules.ts';

/** `npm run lint`: the linter over everything, and the import table over src. Both run, whatever the first one finds. */
const root = fileURLToPath(new URL('..', import.meta.url));
const oxlint = await runToItsEnd(`${root}node_modules/.bin/oxlint`, [
  '--type-aware',
  '--report-unused-disable-directives-severity=error',
  ...process.argv.slice(2),
]);

const { violations, modules } = await checkImports(root);
for (const violation of violations) console.error(violation);
console.log(`Import table: ${modules} modules, ${violations.length} violations.`);
process.exitCode = oxlint.code === 0 && violations.length === 0 ? 0 : 1;
