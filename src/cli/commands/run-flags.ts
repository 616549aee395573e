import type { Configuration, RunMode, RunRequestInput } from '@runwright/client';
import type { RunOptions } from '@runwright/client/contract';
import { parseDuration } from '../view/duration.ts';
import { ExitError } from '../exit-error.ts';

/** The options of `runwright run`, as commander gives them. */
export interface RunFlags {
  organization?: string;
  workspace: string;
  dir?: string;
  maxArchive?: string;
  configurationVersion?: string;
  key?: string;
  mode?: string;
  message?: string;
  target?: string[];
  replace?: string[];
  var?: string[];
  /** `--no-refresh`; otherwise true. */
  refresh?: boolean;
  terraformVersion?: string;
  savePlan?: true;
  allowEmptyApply?: true;
  allowConfigGeneration?: true;
  debuggingMode?: true;
  invokeAction?: string;
  policyPath?: string[];
  approvers?: string;
  requester?: string;
  confirmedElsewhere?: string;
  approvalTimeout?: string;
  queueTimeout?: string;
  planTimeout?: string;
  applyTimeout?: string;
  cancelDuringApply?: string;
  timing?: string[];
  requestedBy?: string;
  wait?: true;
  patience?: string;
  json?: true;
}

interface Defaults {
  organization: string | undefined;
  user: string;
  randomKey: () => string;
}

/**
 * The request that the options describe; the archive is added once it is packed. The contract's schema checks the
 * values.
 */
export function requestFrom(flags: RunFlags, defaults: Defaults): RunRequestInput {
  const organization = flags.organization ?? defaults.organization;
  if (organization === undefined)
    throw new ExitError('usage', 'which organization? Give --organization, or set TFE_ORGANIZATION');
  // `--workspace "$WORKSPACE"` becomes this if WORKSPACE is not set.
  if (flags.workspace === '')
    throw new ExitError('usage', '--workspace is empty: give the name of the workspace in TFE');
  if (organization === '') throw new ExitError('usage', 'the organization is empty: give its name in TFE');
  if (flags.dir === '') throw new ExitError('usage', '--dir is empty: give the directory of the Terraform files');
  if (flags.dir !== undefined && flags.configurationVersion !== undefined) {
    throw new ExitError('usage', '--dir and --configuration-version exclude each other');
  }
  return withoutUndefined({
    key: flags.key ?? defaults.randomKey(),
    organization,
    workspace: flags.workspace,
    configuration: existingConfiguration(flags),
    run: runOptions(flags),
    approval: {
      approvers: flags.approvers === undefined ? undefined : wholeNumber('--approvers', flags.approvers),
      requester: flags.requester as 'may-approve' | undefined,
      emptyApply: flags.allowEmptyApply && 'approved-in-advance',
      confirmedElsewhere: flags.confirmedElsewhere as 'finish' | undefined,
    },
    deadlines: {
      queueMs: durationOf('--queue-timeout', flags.queueTimeout),
      planMs: durationOf('--plan-timeout', flags.planTimeout),
      approvalMs: durationOf('--approval-timeout', flags.approvalTimeout),
      applyMs: durationOf('--apply-timeout', flags.applyTimeout),
    },
    timing: timingOf(flags.timing ?? []),
    cancelDuringApply: flags.cancelDuringApply as 'finish',
    requestedBy: flags.requestedBy ?? defaults.user,
  });
}

/** Every option of the contract. A contract option without a flag does not compile. */
function runOptions(flags: RunFlags): { [Name in keyof RunOptions]-?: RunOptions[Name] | undefined } {
  return {
    message: flags.message,
    mode: flags.mode as RunMode | undefined,
    targets: flags.target,
    replace: flags.replace,
    variables: flags.var && variablesOf(flags.var),
    refresh: flags.refresh === false ? false : undefined,
    terraformVersion: flags.terraformVersion,
    savePlan: flags.savePlan,
    allowEmptyApply: flags.allowEmptyApply,
    allowConfigGeneration: flags.allowConfigGeneration,
    debuggingMode: flags.debuggingMode,
    invokeActions: flags.invokeAction === undefined ? undefined : [flags.invokeAction],
    policyPaths: flags.policyPath,
  };
}

const existingConfiguration = ({ configurationVersion }: RunFlags): Configuration =>
  configurationVersion === undefined
    ? { kind: 'current' }
    : { kind: 'configuration-version', id: configurationVersion };

function variablesOf(texts: readonly string[]): Record<string, string> {
  const variables = texts.map(variableOf);
  const names = variables.map(([name]) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new ExitError('usage', `--var gives "${twice}" twice: which value is meant?`);
  return Object.fromEntries(variables);
}

function variableOf(text: string): [string, string] {
  const at = text.indexOf('=');
  if (at < 1) throw new ExitError('usage', `--var must be NAME=HCL, such as --var 'audience="world"', not "${text}"`);
  return [text.slice(0, at), text.slice(at + 1)];
}

function timingOf(pauses: readonly string[]): Record<string, number> {
  return Object.fromEntries(
    pauses.map((text) => {
      const [name = '', length = ''] = text.split('=');
      return [`${name}Ms`, parseDuration(`--timing ${name}`, length)];
    }),
  );
}

/** Milliseconds of --patience: how long to follow a request while Temporal does not answer. */
export const patienceOf = (text: string | undefined): number | undefined => durationOf('--patience', text);

const durationOf = (option: string, text: string | undefined): number | undefined =>
  text === undefined ? undefined : parseDuration(option, text);

function wholeNumber(option: string, text: string): number {
  if (!/^\d+$/.test(text)) throw new ExitError('usage', `${option} must be a whole number, not "${text}"`);
  return Number(text);
}

const withoutUndefined = (request: object): RunRequestInput => JSON.parse(JSON.stringify(request)) as RunRequestInput;
