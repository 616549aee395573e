/**
 * The import table of the project, room by room (docs/architecture.md): which folders of src a room may import, which only
 * as types, and which packages. Also: no cycles. Tests beside the sources may import what they test with.
 */
const TEMPORAL = '@temporalio/';
const allTemporalBut = (...names) => `@temporalio/(?!(${names.join('|')})/)`;
const temporal = (...names) => `@temporalio/(${names.join('|')})/`;
const EVERY_PACKAGE = '';

/** The client's rooms: what is in the package `@runwright/client` (and what of it the service may import). */
const CLIENT = 'packages/client/src';
const CONTRACT = `${CLIENT}/contract`;
const RULES = `${CLIENT}/domain`;
const ARCHIVE = `${CLIENT}/archive`;
const ACCESS = `${CLIENT}/temporal`;

/**
 * A room is a folder with all that is in it, but for the rooms within. `npm`: pattern of the packages it may not import.
 * `node`: whether it may import Node's own modules.
 *
 * @type {Record<string, { folders?: string[], types?: string[], npm: string, node?: 'forbidden' }>}
 */
const ROOMS = {
  // Packages: each in files of its own, below.
  [CONTRACT]: { npm: '(?!zod/|@temporalio/common/)', node: 'forbidden' },
  [RULES]: { types: [CONTRACT], npm: EVERY_PACKAGE, node: 'forbidden' },
  [ARCHIVE]: { folders: [RULES], types: [CONTRACT], npm: TEMPORAL },
  [ACCESS]: { folders: [CONTRACT, `${CLIENT}/errors.ts`], npm: allTemporalBut('client', 'common', 'envconfig') },
  [CLIENT]: { folders: [CONTRACT, RULES, ARCHIVE, ACCESS], npm: allTemporalBut('client', 'common', 'envconfig') },
  // It must share no code with the client that it tests.
  'packages/local-tfe/src': { npm: '(@temporalio/|ky/)' },

  'src/domain': { folders: [RULES], types: [CONTRACT], npm: EVERY_PACKAGE, node: 'forbidden' },
  'src/tfe': { types: [CONTRACT], npm: TEMPORAL },
  'src/codec': { npm: allTemporalBut('common', 'envconfig') },
  'src/service': { npm: allTemporalBut('common', 'envconfig') },
  'src/activities': {
    folders: ['src/tfe', 'src/codec', 'src/domain', ARCHIVE, RULES, CONTRACT],
    npm: temporal('client', 'worker', 'workflow'),
  },
  'src/workflows': {
    folders: ['src/domain', RULES, CONTRACT],
    types: ['src/activities'],
    npm: '(?!@temporalio/(workflow|common)/)',
    node: 'forbidden',
  },
  'src/temporal': { folders: [CLIENT], npm: temporal('worker', 'workflow') },
  'src/gateway': { folders: [CLIENT, 'src/domain', 'src/service', 'src/tfe'], npm: TEMPORAL },
  'src/cli': { folders: [CLIENT, 'src/temporal', 'src/domain', 'src/service', 'src/stack', 'src/tfe'], npm: TEMPORAL },
  'src/worker': {
    folders: [CLIENT, 'src/temporal', 'src/activities', 'src/codec', 'src/service', 'src/tfe'],
    npm: temporal('workflow'),
  },
  // It only starts processes.
  'src/stack': { npm: TEMPORAL },
};

/** Packages of the contract, each only where it is needed: a client that only reads names must not load zod. */
const CONTRACT_PACKAGES = {
  zod: `^${CONTRACT}/[^/]+-schema[.]ts$`,
  '@temporalio/common': `^${CONTRACT}/(search-attributes|messages)[.]ts$`,
};

const SCHEMAS = CONTRACT_PACKAGES.zod;
// What the schemas and the parsing of hand-sent messages refuse alike; pure, and without zod.
const RULES_OF_TEXT = `^${CONTRACT}/person-name[.]ts$`;
const PAYLOAD_CONVERTER = '^src/codec/payload-converter[.]ts$';
const ALL = ['^src/', '^packages/[^/]+/src/'];
const TESTS = '[.]test[.]ts$';

const inside = (room) => `^${room}${room.endsWith('.ts') ? '$' : '/'}`;
const within = (room) => Object.keys(ROOMS).filter((other) => other.startsWith(`${room}/`));
const nameOf = (room) =>
  room
    .replace(/^(packages|src)[/]/, '')
    .replace('/src', '')
    .replace('/', '-');
const rule = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

const roomRules = Object.entries(ROOMS).flatMap(([room, { folders = [], types = [], npm, node }]) => {
  const name = nameOf(room);
  const own = inside(room);
  const from = { path: own, pathNot: [TESTS, ...within(room).map(inside)] };
  const listed = folders.join(', ') || 'no other folder';
  return [
    rule(
      `${name}-folders`,
      `${room} may import ${listed}${types.length > 0 ? ` (types: ${types.join(', ')})` : ''}`,
      from,
      { path: '^(src|packages|test|scripts|bench)/', pathNot: [own, ...[...folders, ...types].map(inside)] },
    ),
    ...types.map((type) =>
      rule(`${name}-types-of-${nameOf(type)}`, `${room} may import ${type} only as types`, from, {
        path: inside(type),
        pathNot: RULES_OF_TEXT,
        dependencyTypesNot: ['type-only'],
      }),
    ),
    rule(`${name}-packages`, `${room} may not import this package`, from, { path: `(^|/)node_modules/${npm}` }),
    ...(node === 'forbidden'
      ? [rule(`${name}-node`, `${room} may not import Node's modules`, from, { dependencyTypes: ['core'] })]
      : []),
  ];
});

const contractRules = Object.entries(CONTRACT_PACKAGES).map(([name, where]) =>
  rule(
    `contract-${name.replace(/.*\//, '')}`,
    `in the contract, only ${where} imports ${name}`,
    { path: inside(CONTRACT), pathNot: [TESTS, where] },
    { path: `(^|/)node_modules/${name}/` },
  ),
);

module.exports = {
  forbidden: [
    ...roomRules,
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
