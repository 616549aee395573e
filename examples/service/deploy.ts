// A service that asks for a Terraform run, waits until people have decided, and gets the outputs.
//
//   node deploy.ts build-42       with TFE_ADDRESS, TEMPORAL_ADDRESS and RUNWRIGHT_ARCHIVE_DIR as the workers have them
import { createFolderStore, RunwrightClient, type RunEnding } from '@runwright/client';

const { TFE_ADDRESS = '', RUNWRIGHT_ARCHIVE_DIR = '' } = process.env;

export async function deploy(build: string, directory: string): Promise<RunEnding> {
  const runwright = await RunwrightClient.connect({
    tfeAddress: TFE_ADDRESS,
    archives: createFolderStore(RUNWRIGHT_ARCHIVE_DIR), // the workers read the same folder
  });
  try {
    const { workflowId, url, started } = await runwright.start({
      key: build, // the same key is the same run, however often this is called
      organization: 'demo',
      workspace: 'hello',
      directory,
      run: { message: `deploy ${build}`, variables: { audience: '"service"' } },
      approval: { approvers: 1, requester: 'may-not-approve' },
      deadlines: { approvalMs: 8 * 3_600_000 },
      requestedBy: 'deploy-service',
    });
    console.log(`${started}: ${url ?? workflowId}`);
    return await runwright.result(workflowId); // may take a week, and may be called again after a crash
  } finally {
    await runwright.close();
  }
}

if (import.meta.main) {
  const [build = 'build-1', directory = '.'] = process.argv.slice(2);
  const ending = await deploy(build, directory);
  switch (ending.kind) {
    case 'completed': // applied, no-changes, rejected, expired, … : people's answers are outcomes
      console.log(ending.result.outcome, ending.result.outputs);
      break;
    case 'failed': // typed, and says whether anything was changed
      console.error(ending.type, ending.message, ending.facts.changed);
      process.exitCode = 1;
      break;
    case 'canceled':
    case 'terminated':
      console.error(ending.kind);
      process.exitCode = 1;
  }
}
