import { processEnvironment } from './service/config.ts';
import { EXIT } from './cli/exit-codes.ts';
import { main } from './cli/main.ts';
import { serviceEntries } from './service-entries.ts';

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
  services: serviceEntries,
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
