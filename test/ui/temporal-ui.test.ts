import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, jest } from '@jest/globals';
import { temporalPageOf } from '@runwright/client/temporal';
import { findChromium, openChromium } from '../support/chromium.ts';
import { AFTER, BEFORE, DATABASE } from '../support/large-plan.ts';
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

  it('shows what is asked for, the signal that approves it, and of 300 changes the one deletion first', async () => {
    const its = await orchestrator();
    const where = { organization: 'demo', workspace: 'shop' };
    await makeWorkspace(its.tfe, where);
    const before = await its.client.start(await its.request({ in: where, files: BEFORE }));
    await its.approve(before.workflowId);
    await its.client.result(before.workflowId);
    const request = await its.request({
      key: 'deploy-42',
      in: where,
      files: AFTER,
      run: { message: 'larger nodes', variables: { size: '"large"' } },
      approval: { approvers: 2 },
    });
    const { workflowId } = await its.client.start(request);
    const { runId } = await its.until(
      workflowId,
      'the run to wait for approval with its changes',
      ({ phase, plannedChanges }) => phase === 'awaiting-confirmation' && plannedChanges !== undefined,
    );

    await its.client.approve(workflowId, { runId: runId!, by: 'ben', comment: 'the nodes look right' });
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
    await page.shows('larger nodes', 'POST /runs: create the run', 'GET run: wait until something changes');
    const history = await page.screenshot();
    await page.click('Pending Activities');
    await page.shows('Nothing is wrong', `${runId} is planned`);
    expect(await page.text()).not.toMatch(/watch-run|to-failure|Stack ?trace/i);
    const pending = await page.screenshot();
    await page.click('User Metadata');
    await page.shows(
      'awaiting-confirmation',
      '0 to add, 299 to change, 1 to destroy',
      'approve by ben: the nodes look right',
      'size = "large"',
      `"runId": "${runId}"`,
      // The first line of the list.
      new RegExp(`1 resource will be destroyed or replaced\\.\\s+delete ${DATABASE}\\s+update`),
    );
    return { 'ui-history': history, 'ui-pending': pending, 'ui-awaiting': await page.screenshot() };
  } finally {
    await close();
  }
}

const SHOWN_IN_DOCS = ['ui-history', 'ui-awaiting'];

/** In .cache always; in docs where it is missing: removing it is how to renew it. */
function keep(name: string, picture: Buffer): void {
  mkdirSync(file('.cache/ui'), { recursive: true });
  writeFileSync(file(`.cache/ui/${name}.png`), picture);
  if (SHOWN_IN_DOCS.includes(name) && !existsSync(file(`docs/${name}.png`)))
    writeFileSync(file(`docs/${name}.png`), picture);
}
