// Loaded by `node --import` into a child of run-in-place.js. The channel to the parent closes when the parent dies.
const GRACE_MS = 60_000; // A worker finishes its requests within its own 50 s grace; what is still there then hangs.

process.once('disconnect', () => {
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), GRACE_MS).unref();
  process.kill(process.pid, 'SIGTERM');
});
// Listening must not keep a child alive that has done its work.
process.channel?.unref();

// Node hands its own arguments on to every process it forks (Jest's, for one), whose channel is another one.
const self = process.execArgv.indexOf(import.meta.url);
if (self > 0) process.execArgv.splice(self - 1, 2);
