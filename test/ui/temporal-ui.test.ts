import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, jest } from '@jest/globals';
import { temporalPageOf } from '../../src/client/temporal-page.ts';
import { findChromium, openChromium } from '../support/chromium.ts';
import { makeWorkspace } from '../support/local-tfe.ts';
import { useOrchestrator } from '../support/orchestrator.ts';
import { temporalUiUrl } from '../support/temporal.ts';

const file = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const SIZE = { width: 1440, height: 1180 };
const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47]);

const chromium = findChromium();
const ui = temporalUiUrl();
const missing = chromium === undefined ? 'no Chromium on the PATH' : ui === undefined ? 'no Temporal UI' : undefined;
if (missing !== undefined) console.warn(`SKIPPED: what people see in the Temporal UI is not checked (${missing})`);

// A browser starts here, and the UI loads its parts one after another.
jest.setTimeout(180_000);

(missing === undefined ? describe : describe.skip)('the page of a waiting request in the Temporal UI', () => {
  const orchestrator = useOrchestrator();

  it('shows what is asked for, what would change, and the signal that approves it', async () => {
    const its = await orchestrator();
    await makeWorkspace(its.tfe, { workspace: 'hello' });
    const request = await its.request({
      key: 'deploy-42',
      in: { organization: 'demo', workspace: 'hello' },
      files: { 'main.tf': readFileSync(file('examples/hello/main.tf'), 'utf8') },
      run: { message: 'say hello' },
    });
    const { workflowId } = await its.client.start(request);
    const { runId } = await its.until(
      workflowId,
      'the run to wait for approval with its changes',
      ({ phase, plannedChanges }) => phase === 'awaiting-confirmation' && plannedChanges !== undefined,
    );

    const pictures = await see(temporalPageOf(ui!, 'default', workflowId), runId!);

    for (const [name, picture] of Object.entries(pictures)) {
      expect(picture.subarray(0, 4)).toEqual(PNG);
      keep(name, picture);
    }
    await its.client.cancel(workflowId);
    expect(await its.client.result(workflowId)).toMatchObject({ kind: 'canceled' });
  });
});

async function see(url: string, runId: string): Promise<Record<string, Buffer>> {
  const { page, close } = await openChromium(chromium!, SIZE);
  try {
    await page.open(url);
    await page.shows('say hello', 'POST /runs: create the run', 'GET run: wait until something changes');
    const history = await page.screenshot();
    await page.click('User Metadata');
    await page.shows(
      'awaiting-confirmation',
      '2 to add, 0 to change, 0 to destroy',
      'terraform_data.greeting',
      `"runId": "${runId}"`,
    );
    return { 'ui-history': history, 'ui-awaiting': await page.screenshot() };
  } finally {
    await close();
  }
}

/** In .cache always; in docs, which the README shows, where it is missing: removing it is how to renew it. */
function keep(name: string, picture: Buffer): void {
  mkdirSync(file('.cache/ui'), { recursive: true });
  writeFileSync(file(`.cache/ui/${name}.png`), picture);
  if (!existsSync(file(`docs/${name}.png`))) writeFileSync(file(`docs/${name}.png`), picture);
}
