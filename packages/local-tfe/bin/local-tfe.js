#!/usr/bin/env node
// Plain JavaScript for any Node since 18, so that an old one gets a sentence, not a stack trace.
import { existsSync } from 'node:fs';

const OLDEST_NODE = '22.18';
const USAGE_OR_CONFIGURATION = 2;

const [major, minor] = process.versions.node.split('.').map(Number);
const [oldestMajor, oldestMinor] = OLDEST_NODE.split('.').map(Number);
if (major < oldestMajor || (major === oldestMajor && minor < oldestMinor)) {
  console.error(`local-tfe: Node ${OLDEST_NODE} or newer is needed; this is ${process.versions.node}.`);
  process.exit(USAGE_OR_CONFIGURATION);
}

const source = new URL('../src/main.ts', import.meta.url);
const { main } = await import(existsSync(source) ? source.href : new URL('../dist/main.js', import.meta.url).href);
process.exitCode = await main(process.argv.slice(2), { out: process.stdout, err: process.stderr, env: process.env });
