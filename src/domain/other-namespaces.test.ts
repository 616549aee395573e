import { expect, it } from '@jest/globals';
import { byNamespace } from './other-namespaces.ts';

it('runs of other namespaces are named by namespace, each once', () => {
  const one = { runId: 'run-1', namespaceId: 'a' };

  expect(byNamespace([one, { runId: 'run-2', namespaceId: 'b' }, one, { runId: 'run-3', namespaceId: 'a' }])).toEqual([
    { namespaceId: 'a', runs: ['run-1', 'run-3'] },
    { namespaceId: 'b', runs: ['run-2'] },
  ]);
});
