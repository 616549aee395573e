import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HclError, parseHcl } from './hcl.ts';
import type { Block, Expression } from './hcl.ts';

export type Value = string | number | boolean | null | Value[] | { [key: string]: Value };

export interface LiteralResource {
  address: string;
  name: string;
  input: Value;
  triggersReplace: Value;
}

export interface LiteralConfiguration {
  resources: LiteralResource[];
  outputs: { name: string; value: Value; sensitive: boolean }[];
  variables: Record<string, Value>;
}

export const LIMITS =
  'The simulated engine reads terraform_data resources with literal values, variables and references only.';

/** Reads the *.tf files of the root module. Throws an HclError that says what the simulation cannot do. */
export function readConfiguration(directory: string, environment: Record<string, string>): LiteralConfiguration {
  const files = readdirSync(directory).sort();
  const blocks = files
    .filter((name) => name.endsWith('.tf'))
    .flatMap((name) => parseHcl(readFileSync(join(directory, name), 'utf8')).blocks);
  if (blocks.length === 0) throw new HclError('No configuration files');
  const given = givenVariables(directory, files, environment);
  const scope = createScope(blocks, given);
  const resources = blocks.filter((block) => block.type === 'resource').map((block) => scope.resource(block));
  const outputs = blocks
    .filter((block) => block.type === 'output')
    .map((block) => ({
      name: block.labels[0] ?? '',
      value: scope.evaluate(block.attributes.get('value') ?? { kind: 'literal', value: null }),
      sensitive: scope.evaluate(block.attributes.get('sensitive') ?? { kind: 'literal', value: false }) === true,
    }));
  for (const block of blocks) {
    if (!['resource', 'output', 'variable', 'locals', 'terraform'].includes(block.type)) {
      throw new HclError(`a block of the type ${block.type} is not supported`);
    }
  }
  return { resources, outputs, variables: scope.variables() };
}

/** terraform.tfvars, *.auto.tfvars in the order of their names, TF_VAR_ before both: terraform's precedence. */
function givenVariables(
  directory: string,
  files: string[],
  environment: Record<string, string>,
): Map<string, Expression> {
  const given = new Map<string, Expression>();
  for (const [name, value] of Object.entries(environment)) {
    if (name.startsWith('TF_VAR_')) given.set(name.slice('TF_VAR_'.length), { kind: 'literal', value });
  }
  const sources = ['terraform.tfvars', ...files.filter((name) => name.endsWith('.auto.tfvars'))];
  for (const name of sources.filter((source) => files.includes(source))) {
    const { attributes } = parseHcl(readFileSync(join(directory, name), 'utf8'));
    for (const [key, expression] of attributes) given.set(key, expression);
  }
  return given;
}

function createScope(blocks: readonly Block[], given: ReadonlyMap<string, Expression>) {
  const declared = new Map(
    blocks.filter(({ type }) => type === 'variable').map((block) => [block.labels[0] ?? '', block]),
  );
  const locals = new Map(blocks.filter(({ type }) => type === 'locals').flatMap(({ attributes }) => [...attributes]));
  const resources = new Map(
    blocks.filter(({ type }) => type === 'resource').map((block) => [block.labels.join('.'), block]),
  );
  const open = new Set<string>();

  function variable(name: string): Value {
    const block = declared.get(name);
    if (!block) throw new HclError(`Reference to undeclared input variable: ${name}`);
    const expression = given.get(name) ?? block.attributes.get('default');
    if (!expression) throw new HclError(`No value for required variable: ${name}`);
    return evaluate(expression);
  }

  function resource(block: Block): LiteralResource {
    const [type, name = ''] = block.labels;
    if (type !== 'terraform_data') throw new HclError(`resources of the type ${type ?? ''} are not supported`);
    const beyond = [...block.attributes.keys()].find((key) => !['input', 'triggers_replace'].includes(key));
    if (beyond !== undefined || block.blocks.length > 0) {
      throw new HclError(`${beyond ?? block.blocks[0]?.type ?? ''} in terraform_data.${name} is not supported`);
    }
    const read = (key: string): Value => evaluate(block.attributes.get(key) ?? { kind: 'literal', value: null });
    return {
      address: `terraform_data.${name}`,
      name,
      input: read('input'),
      triggersReplace: read('triggers_replace'),
    };
  }

  function reference(path: readonly string[]): Value {
    const [first = '', second = '', third] = path;
    if (first === 'var' && path.length === 2) return variable(second);
    const local = first === 'local' && path.length === 2 ? locals.get(second) : undefined;
    if (local) return evaluate(local);
    const block = resources.get(`${first}.${second}`);
    if (block && path.length === 3 && (third === 'output' || third === 'input')) return resource(block).input;
    throw new HclError(`the reference ${path.join('.')} is not supported`);
  }

  function evaluate(expression: Expression): Value {
    switch (expression.kind) {
      case 'literal':
        return expression.value;
      case 'list':
        return expression.items.map(evaluate);
      case 'object':
        return Object.fromEntries(expression.entries.map(([key, item]) => [key, evaluate(item)]));
      case 'template':
        return expression.parts.map((part) => String(evaluate(part))).join('');
      case 'reference': {
        const key = expression.path.join('.');
        if (open.has(key)) throw new HclError(`Cycle: ${key}`);
        open.add(key);
        try {
          return reference(expression.path);
        } finally {
          open.delete(key);
        }
      }
    }
  }

  const variables = (): Record<string, Value> =>
    Object.fromEntries([...declared.keys()].map((name) => [name, variable(name)]));
  return { evaluate, resource, variables };
}

/** Terraform's type of a value, as states and outputs name it. */
export function typeOf(value: Value): unknown {
  if (value === null) return 'dynamic';
  if (typeof value !== 'object') return typeof value === 'boolean' ? 'bool' : typeof value;
  if (Array.isArray(value)) return ['tuple', value.map(typeOf)];
  return ['object', Object.fromEntries(Object.entries(value).map(([key, item]) => [key, typeOf(item)]))];
}
