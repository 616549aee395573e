import { describe, expect, it } from '@jest/globals';
import { sanitizePlan } from './sanitized-plan.ts';

const secret = (values: unknown, sensitive_values: unknown) => ({
  address: 'terraform_data.x',
  values,
  sensitive_values,
});

describe('a sanitized plan', () => {
  it.each<[string, string, unknown, unknown]>([
    [
      'values that are planned, in the module and below it',
      'planned_values',
      {
        outputs: { token: { sensitive: true, value: 'planted' }, size: { sensitive: false, value: 1 } },
        root_module: {
          resources: [secret({ input: 'planted', id: '1' }, { input: true })],
          child_modules: [{ address: 'module.m', resources: [secret('planted', true)] }],
        },
      },
      {
        outputs: { token: { sensitive: true, value: null }, size: { sensitive: false, value: 1 } },
        root_module: {
          resources: [secret({ input: null, id: '1' }, { input: true })],
          child_modules: [{ address: 'module.m', resources: [secret(null, true)] }],
        },
      },
    ],
    [
      'the state before it',
      'prior_state',
      {
        format_version: '1.0',
        values: { root_module: { resources: [secret({ input: 'planted' }, { input: true })] } },
      },
      { format_version: '1.0', values: { root_module: { resources: [secret({ input: null }, { input: true })] } } },
    ],
    [
      'changes of resources',
      'resource_changes',
      [{ change: { before: { a: 'planted' }, before_sensitive: { a: true }, after: 1, after_sensitive: false } }],
      [{ change: { before: { a: null }, before_sensitive: { a: true }, after: 1, after_sensitive: false } }],
    ],
    [
      'changes of outputs',
      'output_changes',
      { token: { before: null, after: 'planted', before_sensitive: false, after_sensitive: true } },
      { token: { before: null, after: null, before_sensitive: false, after_sensitive: true } },
    ],
    [
      'defaults of sensitive variables, and literals that a module is given for them',
      'configuration',
      {
        provider_config: {},
        root_module: {
          variables: { token: { sensitive: true, default: 'planted' }, size: { default: 1 } },
          module_calls: {
            m: {
              source: './m',
              expressions: { token: { constant_value: 'planted' }, size: { constant_value: 1 } },
              module: { variables: { token: { sensitive: true }, size: {} } },
            },
          },
        },
      },
      {
        provider_config: {},
        root_module: {
          variables: { token: { sensitive: true, default: null }, size: { default: 1 } },
          module_calls: {
            m: {
              source: './m',
              expressions: { token: { constant_value: null }, size: { constant_value: 1 } },
              module: { variables: { token: { sensitive: true }, size: {} } },
            },
          },
        },
      },
    ],
  ])('lacks %s', (_what, name, part, sanitized) => {
    expect(sanitizePlan({ format_version: '1.2', [name]: part }, [])).toEqual({
      format_version: '1.2',
      [name]: sanitized,
    });
  });

  it('lacks the variables that the configuration or the workspace calls sensitive', () => {
    const document = {
      variables: { declared: { value: 'planted' }, kept: { value: 'planted' }, open: { value: 1 } },
      configuration: { root_module: { variables: { declared: { sensitive: true } } } },
    };

    expect(sanitizePlan(document, ['kept'])).toMatchObject({
      variables: { declared: { value: null }, kept: { value: null }, open: { value: 1 } },
    });
  });

  it('is otherwise the plan', () => {
    const document = { format_version: '1.2', errored: false, checks: [{ status: 'pass' }] };

    expect(sanitizePlan(document, [])).toEqual(document);
  });
});
