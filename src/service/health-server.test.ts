import { afterEach, describe, expect, it } from '@jest/globals';
import { startHealthServer, type HealthServer, type HealthServerOptions } from './health-server.ts';

describe('the health server', () => {
  let server: HealthServer;
  afterEach(() => server.close());

  const start = async (checks: HealthServerOptions['checks']): Promise<void> => {
    server = await startHealthServer({ listen: { host: '127.0.0.1', port: 0 }, checks, checkTimeoutMs: 50 });
  };
  const get = async (path: string): Promise<{ status: number; body: unknown }> => {
    const answer = await fetch(`${server.address}${path}`);
    return { status: answer.status, body: await answer.json() };
  };

  it('is healthy while the process runs, whatever the checks say', async () => {
    await start({ temporal: () => Promise.reject(new Error('down')) });

    expect(await get('/healthz')).toEqual({ status: 200, body: { ok: true } });
  });

  it('is ready when every check passes', async () => {
    await start({ temporal: async () => {}, tfe: async () => {} });

    expect(await get('/readyz')).toEqual({ status: 200, body: { ready: true, checks: { temporal: 'ok', tfe: 'ok' } } });
  });

  it('names the checks that fail and those that do not answer', async () => {
    await start({
      temporal: () => new Promise(() => {}),
      tfe: () => {
        throw new Error('TFE refuses the token');
      },
      archive: async () => {},
    });

    expect(await get('/readyz')).toEqual({
      status: 503,
      body: {
        ready: false,
        checks: { temporal: 'no answer within 0.05 s', tfe: 'TFE refuses the token', archive: 'ok' },
      },
    });
  });

  it('is not ready any more once it drains', async () => {
    await start({});

    server.drain();

    expect(await get('/readyz')).toEqual({ status: 503, body: { ready: false, stopping: true, checks: {} } });
  });

  it('answers anything else with 404', async () => {
    await start({});

    expect((await get('/')).status).toBe(404);
  });
});
