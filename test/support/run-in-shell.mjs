// A shell as a terminal has it: a signal to it reaches what it runs, as Ctrl-C does.
import { spawn } from 'node:child_process';

const shell = spawn('bash', process.argv.slice(2), { stdio: 'inherit', detached: true });
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.kill(-Number(shell.pid), signal));
shell.once('close', (code) => process.exit(code ?? 1));
