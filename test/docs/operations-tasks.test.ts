import { readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { findPostgres } from '../postgres-stack/postgres-program.ts';
import { findOnPath } from '../../src/stack/program-path.ts';
import { grantToken } from '../../packages/local-tfe/src/account/users.ts';
import { leftOut } from '../support/left-out.ts';
import { operationsSections } from '../support/operations-page.ts';
import { symptom } from '../support/symptom.ts';
import { uniqueName } from '../support/temporal.ts';
import { waitUntil } from '../support/wait-until.ts';

const WITHIN_MS = 400_000;
const DAY_MS = 24 * 60 * 60 * 1_000;

describe('docs/operations.md: the commands of a task do what it says', () => {
  it(
    'Team and token in TFE',
    async () => {
      const its = await symptom();
      const owner = readFileSync(its.env['RUNWRIGHT_TFE_TOKEN_FILE']!, 'utf8');
      await its.shell('start-worker');

      await its.follow('Team and token in TFE', 0);

      const token = readFileSync(its.env['RUNWRIGHT_TFE_TOKEN_FILE']!, 'utf8').trim();
      expect(token).not.toBe(owner);
      expect(statSync(its.env['RUNWRIGHT_TFE_TOKEN_FILE']!).mode & 0o077).toBe(0);
      // Enough for a whole run, and for nothing that Runwright never does.
      await its.ask();
      await its.until('the plan', ({ phase }) => phase === 'awaiting-confirmation');
      await its.shell('runwright approve deploy-42 && runwright watch deploy-42');
      expect(await its.shell('runwright outputs deploy-42')).toContain('said = "hello"');
      const removal = await fetch(`${its.tfe.address}/api/v2/workspaces/${its.workspaceId}`, {
        method: 'DELETE',
        headers: { authorization: `Bearer ${token}` },
      });
      expect([403, 404]).toContain(removal.status);
    },
    WITHIN_MS,
  );

  it(
    'Temporal was restored from a backup',
    async () => {
      const its = await symptom();
      // Accepted, and not in TFE yet: what a backup remembers of a request whose run it knows nothing of.
      const match = 'POST /workspaces/:workspace_id/configuration-versions';
      its.tfe.faults.add({ match, fault: 'rate-limited', times: null });
      await its.shell('start-worker');
      await its.ask();
      await waitUntil('TFE to be asked', () => its.tfe.faults.list().some(({ bit }) => bit > 0));
      process.kill(its.workers()[0]!, 'SIGKILL');
      its.tfe.faults.clear();

      await its.follow('Temporal was restored from a backup', 0);

      await its.until('the plan', ({ phase }) => phase === 'awaiting-confirmation');
      const lists = its.tfe.journal
        .entries({ kind: 'request' })
        .filter((entry) => /GET \S+\/runs$/.test(routeOf(entry)));
      expect(lists.length).toBeGreaterThan(0);
      expect(its.tfe.runs()).toHaveLength(1);
    },
    WITHIN_MS,
  );

  it(
    'Rotating the token',
    async () => {
      const its = await symptom();
      await its.shell('start-worker');
      await its.ask();
      await its.until('the plan', ({ phase }) => phase === 'awaiting-confirmation');
      its.env['NEW_TOKEN_FILE'] = join(its.directory, 'new-token');
      writeFileSync(its.env['NEW_TOKEN_FILE'], 'the-new-one', { mode: 0o600 });
      grantToken(its.tfe.services.store, 'the-new-one', { username: 'rotated', access: 'admin' });

      expect(await its.follow('Rotating the token', 0)).toContain('it belongs to rotated');

      await its.shell('runwright approve deploy-42 && runwright watch deploy-42');
      const applied = its.tfe.journal
        .entries({ kind: 'request' })
        .findLast((entry) => routeOf(entry).endsWith('actions/apply'));
      expect(JSON.stringify(applied)).toContain('rotated');
    },
    WITHIN_MS,
  );

  it(
    'Upgrading with runs open',
    async () => {
      const its = await symptom();
      await its.shell('start-worker');
      await its.ask();
      await its.until('the plan', ({ phase }) => phase === 'awaiting-confirmation');
      its.env['OLD_WORKER_PID'] = `${its.workers()[0]}`;

      expect(await its.follow('Upgrading with runs open', 0)).toContain('deploy-42');

      expect(its.workers()).toHaveLength(2);
      await its.shell('runwright approve deploy-42 && runwright watch deploy-42');
      expect(its.tfe.runs().map(({ status }) => status)).toEqual(['applied']);
    },
    WITHIN_MS,
  );

  it(
    'Moving to another namespace',
    async () => {
      const its = await symptom();
      its.env['NEW_NAMESPACE'] = uniqueName('moved');

      expect(await its.follow('Moving to another namespace', 0)).toContain(its.env['NEW_NAMESPACE']);
    },
    WITHIN_MS,
  );

  it(
    'The archive folder grows',
    async () => {
      const its = await symptom();
      const folder = its.env['RUNWRIGHT_ARCHIVE_DIR']!;
      await its.shell('start-worker');
      await its.ask();
      await its.until('the plan', ({ phase }) => phase === 'awaiting-confirmation');
      const [ofTheRequest = ''] = readdirSync(folder);
      for (const name of ['.packing-now.part', '.left-behind.part', 'of-today.tar.gz']) {
        writeFileSync(join(folder, name), '');
      }
      const longAgo = new Date(Date.now() - 30 * DAY_MS);
      for (const name of [ofTheRequest, '.left-behind.part']) utimesSync(join(folder, name), longAgo, longAgo);

      const output = await its.follow('The archive folder grows', 0);

      expect(output).not.toContain('deploy-42');
      expect(readdirSync(folder).toSorted()).toEqual(['.packing-now.part', 'of-today.tar.gz']);
      await its.shell('runwright approve deploy-42 && runwright watch deploy-42');
      expect(its.tfe.runs().map(({ status }) => status)).toEqual(['applied']);
    },
    WITHIN_MS,
  );

  it('runs every block of the page', () => {
    const blocks = [...operationsSections().values()].flatMap(({ title, blocks }) =>
      blocks.filter(({ language }) => language === 'sh').map((_, index) => `${title} ${index}`),
    );
    const followed = ['symptoms', 'tasks', 'temporal'].flatMap((name) =>
      [
        ...readFileSync(new URL(`./operations-${name}.test.ts`, import.meta.url), 'utf8').matchAll(
          /follow\('([^']*)', (\d)\)/g,
        ),
      ].map(([, title, index]) => `${title} ${index}`),
    );

    expect([...new Set(followed)].toSorted()).toEqual(blocks.toSorted());
  });
});

const postgres = await findPostgres(process.env).catch(() => undefined);
const isComplete = postgres !== undefined && (await findOnPath('go', process.env)) !== undefined;
const onPostgres = isComplete ? describe : leftOut('npm run stack:postgres', 'There is no PostgreSQL, or no Go');

onPostgres('docs/operations.md', () => {
  it(
    'The same without containers',
    async () => {
      const its = await symptom();

      expect(await its.follow('The same without containers', 0)).toMatch(/ready: PostgreSQL .*, Temporal .*, worker /);
    },
    WITHIN_MS,
  );
});

const routeOf = (entry: object): string => {
  const { method, path, route } = entry as { method?: string; path?: string; route?: string };
  return route ?? `${method} ${path?.split('?')[0]}`;
};
