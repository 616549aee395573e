/**
 * The import table of the project, room by room (docs/architecture.md): which folders of src a room may import, which only
 * as types, and which packages. Also: no cycles. Tests beside the sources may import what they test with.
 */
const TEMPORAL = '@temporalio/';
const allTemporalBut = (...names) => `@temporalio/(?!(${names.join('|')})/)`;
const temporal = (...names) => `@temporalio/(${names.join('|')})/`;
const EVERY_PACKAGE = '';

/**
 * `npm`: pattern of the packages it may not import. `node`: whether it may import Node's own modules.
 *
 * @type {Record<string, { folders?: string[], types?: string[], npm: string, node?: 'forbidden' }>}
 */
const ROOMS = {
  domain: { types: ['contract'], npm: EVERY_PACKAGE, node: 'forbidden' },
  // Packages: each in files of its own, below.
  contract: { npm: '(?!zod/|@temporalio/(workflow|common)/)', node: 'forbidden' },
  tfe: { types: ['contract'], npm: TEMPORAL },
  archive: { folders: ['domain'], types: ['contract'], npm: TEMPORAL },
  codec: { npm: allTemporalBut('common', 'envconfig') },
  service: { npm: allTemporalBut('common', 'envconfig') },
  activities: {
    folders: ['tfe', 'archive', 'codec', 'domain', 'contract'],
    npm: temporal('client', 'worker', 'workflow'),
  },
  workflows: {
    folders: ['domain', 'contract'],
    types: ['activities'],
    npm: '(?!@temporalio/(workflow|common)/)',
    node: 'forbidden',
  },
  client: {
    folders: ['contract', 'domain', 'archive', 'codec'],
    types: ['workflows'],
    npm: temporal('worker', 'workflow'),
  },
  gateway: {
    folders: ['client', 'contract', 'domain', 'service', 'tfe', 'archive'],
    npm: TEMPORAL,
  },
  cli: { folders: ['client', 'contract', 'domain', 'service', 'archive', 'stack', 'tfe'], npm: TEMPORAL },
  worker: {
    folders: ['activities', 'client', 'archive', 'codec', 'contract', 'service', 'tfe'],
    npm: temporal('workflow'),
  },
  // It only starts processes.
  stack: { npm: TEMPORAL },
};

/** Packages of the contract, each only where it is needed: a client that only reads names must not load zod. */
const CONTRACT_PACKAGES = {
  zod: '^src/contract/[^/]+-schema[.]ts$',
  '@temporalio/workflow': '^src/contract/messages[.]ts$',
  '@temporalio/common': '^src/contract/search-attributes[.]ts$',
};

/** The packages of packages/: each knows no other folder of the project. */
const PACKAGES = {
  // It must share no code with the client that it tests.
  'local-tfe': { npm: '(@temporalio/|ky/)' },
};

const SCHEMAS = CONTRACT_PACKAGES.zod;
// What the schemas and the parsing of hand-sent messages refuse alike; pure, and without zod.
const RULES_OF_TEXT = '^src/contract/person-name[.]ts$';
const PAYLOAD_CONVERTER = '^src/codec/payload-converter[.]ts$';
const ALL = ['^src/', '^packages/[^/]+/src/'];
const TESTS = '[.]test[.]ts$';

const anyOf = (names) => (names.length === 0 ? [] : [`^src/(${names.join('|')})/`]);
const rule = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

const roomRules = Object.entries(ROOMS).flatMap(([room, { folders = [], types = [], npm, node }]) => {
  const from = { path: `^src/${room}/`, pathNot: TESTS };
  const own = `^src/${room}/`;
  const listed = folders.join(', ') || 'no other folder';
  return [
    rule(
      `${room}-folders`,
      `src/${room} may import ${listed}${types.length > 0 ? ` (types: ${types.join(', ')})` : ''}`,
      from,
      {
        path: '^(src|packages|test|scripts|bench)/',
        pathNot: [own, ...anyOf([...folders, ...types])],
      },
    ),
    ...types.map((type) =>
      rule(`${room}-types-of-${type}`, `src/${room} may import ${type} only as types`, from, {
        path: `^src/${type}/`,
        pathNot: RULES_OF_TEXT,
        dependencyTypesNot: ['type-only'],
      }),
    ),
    rule(`${room}-packages`, `src/${room} may not import this package`, from, { path: `(^|/)node_modules/${npm}` }),
    ...(node === 'forbidden'
      ? [rule(`${room}-node`, `src/${room} may not import Node's modules`, from, { dependencyTypes: ['core'] })]
      : []),
  ];
});

const packageRules = Object.entries(PACKAGES).flatMap(([name, { npm }]) => {
  const own = `^packages/${name}/src/`;
  const from = { path: own, pathNot: TESTS };
  return [
    rule(`${name}-folders`, `packages/${name} may import nothing else of the project`, from, {
      path: '^(src|packages|test|scripts|bench)/',
      pathNot: own,
    }),
    rule(`${name}-packages`, `packages/${name} may not import this package`, from, {
      path: `(^|/)node_modules/${npm}`,
    }),
  ];
});

const contractRules = Object.entries(CONTRACT_PACKAGES).map(([name, where]) =>
  rule(
    `contract-${name.replace(/.*\//, '')}`,
    `in the contract, only ${where} imports ${name}`,
    {
      path: '^src/contract/',
      pathNot: [TESTS, where],
    },
    { path: `(^|/)node_modules/${name}/` },
  ),
);

module.exports = {
  forbidden: [
    ...roomRules,
    ...packageRules,
    ...contractRules,
    rule(
      'workflows-schemas-as-types',
      'a zod value in the bundle costs half as much again for each workflow: schemas only as types',
      { path: '^src/workflows/', pathNot: TESTS },
      { path: SCHEMAS, dependencyTypesNot: ['type-only'] },
    ),
    rule(
      'payload-converter-alone',
      'it is bundled into the workflows: nothing but @temporalio/common',
      { path: PAYLOAD_CONVERTER },
      { pathNot: '(^|/)node_modules/@temporalio/common/' },
    ),
    rule('sources-without-bin', 'bin starts the sources, never the other way round', { path: ALL }, { path: '^bin/' }),
    rule(
      'no-cycles',
      'modules that know each other, if only by type, cannot be understood, or tested, one by one',
      { path: ALL },
      { circular: true },
    ),
    rule(
      'dependencies-declared',
      'the package would not bring this along',
      { path: ALL, pathNot: TESTS },
      { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    ),
    rule('resolvable', 'there is no such module', { path: ALL }, { couldNotResolve: true }),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    parser: 'swc',
    moduleSystems: ['es6'],
    enhancedResolveOptions: {
      extensions: ['.ts', '.js', '.d.ts'],
      exportsFields: ['exports'],
      conditionNames: ['runwright-source', 'import', 'require', 'node', 'default', 'types'],
    },
  },
};
