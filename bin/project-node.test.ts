import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { findProjectNode, isNewEnough, OLDEST_NODE } from './project-node.js';

describe('the Node that the project needs', () => {
  it('is the one that package.json states', () => {
    const { engines } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
      engines: { node: string };
    };

    expect(engines.node).toBe(`>=${OLDEST_NODE}`);
  });

  it.each([
    ['18.20.8', false],
    ['22.9.0', false],
    ['22.17.1', false],
    ['22.18.0', true],
    ['24.0.0', true],
    ['100.1.0', true],
  ])('%s is new enough: %s', (version, expected) => {
    expect(isNewEnough(version)).toBe(expected);
  });

  it('is looked for from the project upwards', () => {
    const root = new URL('..', import.meta.url).pathname;

    expect(findProjectNode(`${root}src/stack`)).toBe(`${root}node_modules/.bin/node`);
    expect(findProjectNode('/')).toBeUndefined();
  });
});
