import type { Mutant } from '../mutant.ts';

export const mutant: Mutant = {
  title: 'the reaper takes the living runs of another namespace for orphans',
  edits: [
    {
      file: 'domain/run-marker.ts',
      from: "return marker.namespaceId === namespaceId ? 'ours' : 'of-another-namespace';",
      to: "return marker.namespaceId === namespaceId ? 'ours' : 'ours';",
    },
  ],
  test: {
    project: 'server',
    file: 'test/workflows/two-namespaces.test.ts',
    name: 'each leave the runs of the other alone, name them, and end their own',
  },
  because: 'Expected: "planned"',
};
