import { processEnvironment } from './service/config.ts';
import { EXIT } from './cli/exit-codes.ts';
import { main } from './cli/main.ts';
import { serviceEntries } from './service-entries.ts';

process.stdout.on('error', ({ code = 'unknown' }: NodeJS.ErrnoException) => {
  // A reader that has seen enough (head, less) closes the pipe. The command has not failed then.
  if (code === 'EPIPE') process.exit(EXIT.ok);
  process.stderr.write(`runwright: standard output cannot be written (${code}): what it was asked for may be done\n`);
  process.exit(EXIT.failed);
});
// If standard error is closed, nobody reads it, and the work goes on.
process.stderr.on('error', () => {});

const code = await main(process.argv.slice(2), {
  process,
  environment: processEnvironment(),
  services: serviceEntries,
});
process.exitCode = code;
endSoon();

/** A connection that never answers, and that a command gave up waiting for, must not keep the process alive. */
function endSoon(): void {
  setTimeout(() => {
    if (process.stdout.writableLength > 0 || process.stderr.writableLength > 0) endSoon();
    else process.exit();
  }, 1_000).unref();
}
