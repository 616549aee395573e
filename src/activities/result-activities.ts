import { cancellationSignal } from '@temporalio/activity';
import type { RunOutput } from '../contract/outcome.ts';
import type { Timing } from '../contract/run-request.ts';
import type { StateVersionOutput } from '../tfe/state-versions.ts';
import type { ActivityDeps } from './activity-deps.ts';
import { lookAgain, toFailure } from './to-failure.ts';

export interface OutputsInput {
  workspaceId: string;
  runId: string;
  /** From the apply; without it the workspace's current one is taken, if it is this run's. */
  stateVersionId?: string;
  timing: Timing;
}

export interface Outputs {
  stateVersionId?: string;
  outputs: RunOutput[];
  warning?: string;
}

const PAGE_SIZE = 100;
// Outputs cross history: a value beyond this is left out, and `runwright outputs --reveal` reads it from TFE.
const MAX_OUTPUT_BYTES = 16_384;

export const createResultActivities = ({ tfe }: ActivityDeps) => ({
  /** GET the outputs of this apply's state version; sensitive ones only as names. Waits until TFE has read them out of the state. */
  async readOutputs(input: OutputsInput): Promise<Outputs> {
    try {
      const { stateVersionId } = input;
      if (stateVersionId !== undefined) return { stateVersionId, outputs: await listOutputs(tfe, stateVersionId) };
      const current = await tfe.stateVersions.current(input.workspaceId, { signal: cancellationSignal() });
      if (current.runId !== undefined && current.runId !== input.runId) {
        return {
          outputs: [],
          warning: 'the outputs of this apply are not shown: a later run has written the state since',
        };
      }
      if (current.resourcesProcessed === false) throw lookAgain('TFE is reading the outputs', input.timing.pollMinMs);
      return { stateVersionId: current.id, outputs: await listOutputs(tfe, current.id) };
    } catch (error) {
      throw toFailure(error, 'with-a-run');
    }
  },
});

async function listOutputs(tfe: ActivityDeps['tfe'], stateVersionId: string): Promise<RunOutput[]> {
  const outputs: RunOutput[] = [];
  for (let page: number | undefined = 1; page !== undefined;) {
    const listed = await tfe.stateVersions.outputs(stateVersionId, {
      page,
      pageSize: PAGE_SIZE,
      signal: cancellationSignal(),
    });
    outputs.push(...listed.items.map(toOutput));
    page = listed.nextPage;
  }
  return outputs;
}

function toOutput(output: StateVersionOutput): RunOutput {
  const { id, name } = output;
  if (output.sensitive) return { id, name, sensitive: 'yes' };
  const isSmall = Buffer.byteLength(JSON.stringify(output.value) ?? '') <= MAX_OUTPUT_BYTES;
  return { id, name, sensitive: 'no', ...(isSmall && { value: output.value }) };
}
