import { findTemporal } from '../src/stack/temporal/temporal-program.ts';
import { findTerraform } from '../src/stack/terraform-program.ts';

/** `npm run setup`: everything that the demo, the tests and `runwright up` would otherwise set up on their first start. */
const report = (line: string): void => console.error(line);

const given = process.env['RUNWRIGHT_TEST_TEMPORAL_ADDRESS'];
if (given === undefined) {
  const temporal = await findTemporal(process.env, report);
  console.log(`Temporal   ${temporal.path} (server ${temporal.serverVersion}, ${temporal.origin})`);
} else {
  console.log(`Temporal   ${given} (RUNWRIGHT_TEST_TEMPORAL_ADDRESS)`);
}

const terraform = await findTerraform(process.env, report);
console.log(
  terraform === undefined
    ? 'terraform  none: the local TFE simulates plans and applies'
    : `terraform  ${terraform.path} (${terraform.product} ${terraform.version})`,
);
