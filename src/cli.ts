import { processEnvironment } from './service/config.ts';
import { EXIT } from './cli/exit-codes.ts';
import { main } from './cli/main.ts';

process.stdout.on('error', ({ code = 'unknown' }: NodeJS.ErrnoException) => {
  // A reader that has seen enough (head, less) closes the pipe: that is no fault of the command.
  if (code === 'EPIPE') process.exit(EXIT.ok);
  process.stderr.write(`runwright: standard output cannot be written (${code}): what it was asked for may be done\n`);
  process.exit(EXIT.failed);
});
// Where nobody can be told, the work goes on.
process.stderr.on('error', () => {});

const code = await main(process.argv.slice(2), {
  process,
  environment: processEnvironment(),
  services: [
    {
      name: 'up',
      description: 'Temporal, a local TFE and a worker on this machine, kept in .runwright',
      load: () => import('./up.ts'),
    },
    {
      name: 'worker',
      description: 'hosts the workflows and activities: without one, requests wait',
      load: () => import('./worker.ts'),
    },
    {
      name: 'gateway',
      description: 'serves requests and decisions over HTTP, and takes notifications of TFE',
      load: () => import('./gateway.ts'),
    },
    {
      name: 'local-tfe',
      description: 'serves the TFE API on this machine, for first use and tests',
      load: () => import('./local-tfe.ts'),
    },
  ],
});
process.exitCode = code;
endSoon();

/** What a command gave up waiting for, a connection that never answers, must not keep the process. */
function endSoon(): void {
  setTimeout(() => {
    if (process.stdout.writableLength > 0 || process.stderr.writableLength > 0) endSoon();
    else process.exit();
  }, 1_000).unref();
}
