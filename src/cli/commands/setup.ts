import { installationIdOf, tfeHostOf, type UiReport } from '@runwright/client/temporal';
import type { CliDeps } from '../cli-deps.ts';
import { describeDuration } from '../view/duration.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { ExitError } from '../exit-error.ts';
import { describeOtherNamespace, IN_SIGHT, lookForOthers, WHAT_TO_DO_ABOUT_OTHERS } from './other-namespaces.ts';
import { writeJson, writeLines } from '../terminal/writing.ts';

/** `runwright setup`: prepares the Temporal namespace; safe to repeat. */
export async function setup({ json, restored }: { json?: true; restored?: true }, deps: CliDeps): Promise<ExitCode> {
  if (!json) writeLines(deps.err, ['preparing the Temporal namespace (a new one takes up to a minute) …']);
  if (restored) await deps.withClient((client) => client.declareRestored());
  const prepared = await deps.setUpTemporal();
  const otherNamespaces = await refuseOthers(prepared.namespace.id, deps);
  const report = { ...prepared, otherNamespaces, reaper: await scheduleReaper(deps) };
  if (json) {
    writeJson(deps.out, report);
    return EXIT.ok;
  }
  const { namespace, searchAttributes } = report;
  const added = searchAttributes.filter(({ state }) => state === 'added').map(({ name }) => name);
  const days = namespace.retentionDays;
  writeLines(deps.out, [
    ` ✔ namespace ${namespace.name} (${namespace.state})`,
    ...(days === undefined
      ? []
      : [`   a request's key is remembered for ${describeDuration(days * 86_400_000)} after its end`]),
    othersLine(otherNamespaces),
    reaperLine(report.reaper),
    ...(report.temporalUi ? [uiLine(report.temporalUi)] : []),
    ` ✔ search attributes (${added.length === 0 ? 'all present' : `added ${added.join(', ')}`})`,
  ]);
  return EXIT.ok;
}

const uiLine = ({ address, state, why }: UiReport): string =>
  state === 'refused'
    ? ` ● links: the namespace does not keep where the Temporal UI is (${why}): set RUNWRIGHT_TEMPORAL_UI wherever links are wanted`
    : ` ✔ links to the Temporal UI at ${address} (${state} in the namespace)`;

type OthersFinding = { state: 'none-in-sight' } | { state: 'not-checked'; why: string };

/** Two namespaces must not share one installation name. If TFE shows that they do, nothing is scheduled. */
async function refuseOthers(namespaceId: string, deps: CliDeps): Promise<OthersFinding> {
  const { tfe, installation } = deps.config();
  if (tfe === undefined) return { state: 'not-checked', why: 'that needs TFE_ADDRESS and TFE_TOKEN' };
  const ours = {
    namespaceId,
    installation: installation ?? installationIdOf({ namespaceId, tfeHost: tfeHostOf(tfe.address) }),
  };
  const { others, unseen } = await lookForOthers(ours, deps);
  if (others.length > 0) {
    const found = others.map(describeOtherNamespace).join('; ');
    throw new ExitError('usage', `${found}: ${WHAT_TO_DO_ABOUT_OTHERS}`);
  }
  return unseen === undefined ? { state: 'none-in-sight' } : { state: 'not-checked', why: unseen };
}

const othersLine = (finding: OthersFinding): string =>
  finding.state === 'none-in-sight'
    ? ` ✔ installation (no other namespace uses its name; ${IN_SIGHT})`
    : ` ● installation: whether another namespace uses its name was not checked (${finding.why})`;

/** A reaper belongs to one TFE host. Without TFE_ADDRESS there is no installation to schedule it for. */
const scheduleReaper = async ({
  config,
  withClient,
}: CliDeps): Promise<'created' | 'present' | 'needs TFE_ADDRESS'> => {
  const { tfeAddress, installation } = config();
  if (tfeAddress === undefined && installation === undefined) return 'needs TFE_ADDRESS';
  return await withClient((client) => client.scheduleReaper());
};

const reaperLine = (state: 'created' | 'present' | 'needs TFE_ADDRESS'): string =>
  state === 'needs TFE_ADDRESS'
    ? ' ● no reaper: set TFE_ADDRESS (the URL of Terraform Enterprise) and run setup again to schedule it'
    : ` ✔ reaper (${state}: every 15 min it ends runs whose workflow is gone)`;
