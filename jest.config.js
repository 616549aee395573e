/** ESM and TypeScript in Jest: swc strips the types, Node loads the modules (`node --experimental-vm-modules`). */
const shared = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2023', parser: { syntax: 'typescript' } }, module: { type: 'es6' }, sourceMaps: 'inline' },
    ],
  },
  // The packages of the project as they stand here: no build is needed, and none is tested by mistake.
  testEnvironmentOptions: { customExportConditions: ['runwright-source', 'node', 'node-addons'] },
  modulePathIgnorePatterns: ['<rootDir>/(packages/[^/]+/)?dist/', '<rootDir>/.cache/', '<rootDir>/.runwright/'],
};

/** One Temporal dev server and one workflow bundle for the whole run; where they are is in `RUNWRIGHT_TEST_*`. */
const onTemporal = {
  ...shared,
  globalSetup: '<rootDir>/test/support/global-setup.js',
  globalTeardown: '<rootDir>/test/support/global-teardown.js',
};

export default {
  maxWorkers: 2,
  // Modules loaded as ESM are never freed within a worker. Freeing 700 MB at its end takes a quarter of a second and, on a
  // busy machine, more than the half second after which Jest says that a worker "failed to exit gracefully": no test
  // leaves anything open then (`--detectOpenHandles` on `unit` and `server` finds nothing).
  workerIdleMemoryLimit: '1GB',
  testTimeout: 60_000,
  projects: [
    {
      ...shared,
      displayName: 'unit',
      testMatch: [
        '<rootDir>/{bin,scripts,src,packages/*/scripts,packages/*/src}/**/*.test.ts',
        '<rootDir>/test/{pages,mutants}/**/*.test.ts',
      ],
    },
    {
      ...onTemporal,
      displayName: 'server',
      testMatch: ['<rootDir>/{test,packages/*/test}/**/*.test.ts'],
      testPathIgnorePatterns: [
        '<rootDir>/test/(faults|scenarios|package|docs|other-tfe|pages|mutants)/',
        '<rootDir>/packages/[^/]+/test/peers/',
        '<rootDir>/test/stack/postgres.test.ts',
      ],
    },
    // Every write and wait under every fault; a slice of it is part of `npm test`.
    {
      ...onTemporal,
      displayName: 'faults',
      testMatch: ['<rootDir>/test/faults/{invariants,lost-answers,matrix}.test.ts'],
    },
    // What goes on around them: killed and stopped processes, outages, people and the reaper at work, and the scenarios in
    // which a request meets other runs. Minutes more.
    {
      ...onTemporal,
      displayName: 'crashes',
      testMatch: ['<rootDir>/test/{faults,scenarios}/**/*.test.ts'],
      testPathIgnorePatterns: ['<rootDir>/test/faults/(invariants|lost-answers|matrix).test.ts'],
    },
    // Minutes each: every command of docs/operations.md, and the production-shaped stack.
    {
      ...onTemporal,
      displayName: 'operations',
      testMatch: ['<rootDir>/test/docs/**/*.test.ts', '<rootDir>/test/stack/postgres.test.ts'],
    },
    // Needs a TFE from outside: see CONTRIBUTING.md.
    { ...onTemporal, displayName: 'other-tfe', testMatch: ['<rootDir>/test/other-tfe/**/*.test.ts'] },
    { ...shared, displayName: 'package', testMatch: ['<rootDir>/{test/package,packages/*/test/peers}/**/*.test.ts'] },
  ],
};
