// Plain JavaScript for any Node since 18, without dependencies: it installs them.
import { spawn } from 'node:child_process';
import { createWriteStream, mkdirSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { withFileLock } from '../src/stack/file-lock.js';
import { forwardSignals } from '../bin/run-in-place.js';

const PROGRESS_EVERY_MS = 10_000;
// npm's own pauses between retries, 10 s to 1 min, only make who has no network wait for that sentence.
const RETRIES = ['--fetch-retry-mintimeout=2000', '--fetch-retry-maxtimeout=10000'];
const NO_NETWORK = /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH)\b/;

/**
 * Makes `node_modules` what `package-lock.json` says, if it is not. Rejects with one sentence that says what to do.
 *
 * @param {string} root the project's folder
 * @param {(line: string) => void} report is given a line of progress at a time
 */
export async function installDependencies(root, report) {
  if (isInstalled(root)) return;
  await withFileLock(
    join(root, '.cache', 'setup.lock'),
    async () => {
      if (!isInstalled(root)) await npmCi(root, report);
    },
    (holder) => report(`another set-up (process ${holder}) is at work; waiting for it…`),
  );
}

/**
 * npm leaves a copy of the lock file behind when it has finished, without the packages of other platforms.
 *
 * @param {string} root
 */
export function isInstalled(root) {
  const wanted = packagesOf(join(root, 'package-lock.json'));
  const present = packagesOf(join(root, 'node_modules', '.package-lock.json'));
  if (wanted === undefined || present === undefined) return false;
  return Object.entries(wanted).every(
    ([path, { version, optional }]) =>
      path === '' || (path in present ? present[path].version === version : optional === true),
  );
}

/**
 * @param {string} file
 * @returns {Record<string, { version?: string, optional?: boolean }> | undefined}
 */
function packagesOf(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch {
    return undefined;
  }
}

/**
 * @param {string} root
 * @param {(line: string) => void} report
 */
async function npmCi(root, report) {
  report('installing dependencies (npm ci)…');
  const startedAt = Date.now();
  const seconds = () => Math.round((Date.now() - startedAt) / 1000);
  mkdirSync(join(root, '.cache'), { recursive: true });
  const logFile = join(root, '.cache', 'npm-ci.log');
  const reporting = setInterval(() => report(`  … still installing, ${seconds()} s`), PROGRESS_EVERY_MS);
  try {
    const code = await runNpm(['ci', '--include=dev', '--no-audit', '--no-fund', ...RETRIES], root, logFile);
    if (code !== 0) throw new Error(whyNpmFailed(code, logFile));
    report(`dependencies installed in ${seconds()} s`);
  } finally {
    clearInterval(reporting);
  }
}

/**
 * @param {readonly string[]} args
 * @param {string} root
 * @param {string} logFile
 * @returns {Promise<number | null>}
 */
function runNpm(args, root, logFile) {
  // Under `npm run` npm says where it is itself; its own settings for that script are not for the inner one.
  const npm = process.env.npm_execpath;
  const [command, first] = npm?.endsWith('.js') ? [process.execPath, [npm]] : ['npm', []];
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^npm_(package|lifecycle)_/.test(name)),
  );
  const log = createWriteStream(logFile);
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...first, ...args], { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.pipe(log, { end: false });
    child.stderr.pipe(log, { end: false });
    const forwarding = forwardSignals(child);
    child.once('error', (error) => reject(new Error(`npm could not be started (${error.message}).`)));
    child.once('close', (code) => {
      forwarding.stop();
      const signal = forwarding.seen();
      if (signal !== undefined) process.exit(128 + constants.signals[signal]);
      log.end(() => resolve(code));
    });
  });
}

/**
 * @param {number | null} code
 * @param {string} logFile
 */
function whyNpmFailed(code, logFile) {
  const log = readFileSync(logFile, 'utf8');
  const [, network] = log.match(NO_NETWORK) ?? [];
  if (network) {
    return `The dependencies could not be installed: the npm registry cannot be reached (${network}). Check the network and npm's registry and proxy settings, then run the same command again.`;
  }
  const firstError = log.split('\n').find((line) => /npm (error|ERR!)/.test(line)) ?? `npm ci ended with ${code}`;
  return `The dependencies could not be installed: ${firstError}. All of npm's output: ${logFile}`;
}
