import { parseArgs } from 'node:util';
import { printReady } from './service/ready-line.ts';
import { listenAddress } from './service/settings.ts';
import { untilStopSignal } from './service/stop-signal.ts';
import { openUiGate, type UiGateOptions } from './stack/ui-gate.ts';

/**
 * The gate before the Temporal UI as a process of its own, for docker-compose.yml:
 * `node dist/ui-gate.js --listen HOST:PORT --ui HOST:PORT --browser-port PORT`. Exit codes: 0 stopped as asked, 2 usage.
 */
async function main(argv: readonly string[]): Promise<number> {
  let options: UiGateOptions;
  try {
    options = readFlags(argv);
  } catch (error) {
    process.stderr.write(`ui-gate: ${(error as Error).message}\n`);
    return 2;
  }
  const stopped = untilStopSignal();
  const gate = await openUiGate(options);
  printReady(
    { address: `${options.listen.host}:${gate.port}` },
    { name: 'ui-gate', format: 'json', out: process.stdout },
  );
  await stopped;
  await gate.close();
  return 0;
}

function readFlags(argv: readonly string[]): UiGateOptions {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({ args: [...argv], options: { listen: text, ui: text, 'browser-port': text } });
  const addressOf = (flag: 'listen' | 'ui') => {
    const parsed = listenAddress.safeParse(values[flag] ?? '');
    if (!parsed.success) throw new Error(`--${flag} ${parsed.error.issues[0]?.message}`);
    return parsed.data;
  };
  const addresses = { listen: addressOf('listen'), ui: addressOf('ui') };
  const browserPort = Number(values['browser-port']);
  if (!Number.isInteger(browserPort)) throw new Error('--browser-port must be a port');
  return { ...addresses, browserPort };
}

process.exitCode = await main(process.argv.slice(2));
