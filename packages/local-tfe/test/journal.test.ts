import { afterEach, describe, expect, it } from '@jest/globals';
import { document, HELLO, startTfe } from './support/tfe-driver.ts';
import type { Tfe } from './support/tfe-driver.ts';

const MARKER = '[runwright abc #1]';

describe('the journal', () => {
  let tfe: Tfe;
  afterEach(() => tfe.close());

  const bytes = (): number =>
    Number(tfe.services.store.database.prepare('SELECT sum(octet_length(body)) AS sum FROM journal').get()?.['sum']);

  it('holds no more bytes than it may, and always the newest entries', async () => {
    tfe = await startTfe({ engine: 'simulated', maxJournalBytes: 50_000 });
    await tfe.organization();
    const name = (n: number): string => `w-${n}-${'x'.repeat(60)}`;
    for (let n = 0; n < 150; n += 1) {
      await tfe.api('POST', '/organizations/acme/workspaces', document('workspaces', { name: name(n) }));
      expect(bytes()).toBeLessThanOrEqual(50_000);
    }

    const kept = tfe.journal.entries();
    expect(kept.length).toBeGreaterThan(50);
    expect(kept.at(-1)).toMatchObject({ answered: 201, attributes: { name: name(149) } });
    expect(kept.map(({ seq }) => seq)).toEqual(kept.map((_, index) => (kept[0]?.seq ?? 0) + index));
  });

  it('counts what it held before a restart, and starts from nothing when it is cleared', async () => {
    tfe = await startTfe({ engine: 'simulated', maxJournalBytes: 20_000 });
    await tfe.organization();
    for (let n = 0; n < 60; n += 1) await tfe.api('GET', '/ping');

    await tfe.control('DELETE', '/journal');
    for (let n = 0; n < 20; n += 1) await tfe.api('GET', '/ping');

    expect(tfe.journal.entries()).toHaveLength(20);
  });

  it('keeps of a long message both ends, so that a run is recognized', async () => {
    tfe = await startTfe({ engine: 'simulated' });
    await tfe.organization();
    const workspaceId = await tfe.workspace();
    const message = `release 7 ${'x'.repeat(3_000_000)} ${MARKER}`;
    await tfe.run(workspaceId, await tfe.configuration(workspaceId, HELLO), { message });

    const [entry] = tfe.journal.entries({ route: 'POST /runs' });

    const kept = entry?.kind === 'request' ? String(entry.attributes?.['message']) : '';
    expect([kept.startsWith('release 7 x'), kept.endsWith(MARKER)]).toEqual([true, true]);
    expect(kept.length).toBeLessThan(5_000);
  });

  it('keeps little of a body with thousands of attributes, or thousands of levels', async () => {
    tfe = await startTfe({ engine: 'simulated' });
    await tfe.organization();
    const wide = Object.fromEntries(
      Array.from({ length: 20_000 }, (_, n) => [`a${n}`, 'x'.repeat(5_000).slice(n % 9)]),
    );

    await tfe.api('POST', '/organizations/acme/workspaces', document('workspaces', { name: 'wide', ...wide }));

    expect(bytes()).toBeLessThan(10_000);
  });
});
