import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { runCli, startCli } from '../support/cli-process.ts';
import { askAs } from '../support/web-attacker.ts';

const program = fileURLToPath(new URL('../../src/ui-gate.ts', import.meta.url));

describe('the gate of docker-compose.yml, as a process', () => {
  it('goes by the port that is published, and stops on SIGTERM', async () => {
    const nobody = createServer().listen(0, '127.0.0.1');
    await once(nobody, 'listening');
    const { port } = nobody.address() as AddressInfo;
    nobody.close();
    const gate = startCli(['--listen', '127.0.0.1:0', '--ui', `127.0.0.1:${port}`, '--browser-port', '8233'], {
      program,
    });
    const { address } = JSON.parse(await gate.line(/"ready":true/)) as { address: string };

    // 502: it was passed on, and no UI is there.
    expect((await askAs('localhost:8233', `http://${address}`)).status).toBe(502);
    expect((await askAs(address, `http://${address}`)).status).toBe(403);
    gate.signal('SIGTERM');
    expect((await gate.ended()).code).toBe(0);
  });

  it.each([
    [['--listen', '8080'], /--listen must be HOST:PORT/],
    [['--listen', '127.0.0.1:0', '--ui', '127.0.0.1:1'], /--browser-port must be a port/],
  ])('refuses %j: exit code 2', async (flags, message) => {
    const { code, stderr } = await runCli(flags, { program });

    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });
});
