import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseHcl } from '../fake-terraform/hcl.ts';
import { quote, runVariablesFile } from './variables-for-terraform.ts';

describe('variables as terraform takes them', () => {
  it('quotes text so that nothing in it is a template', () => {
    expect(quote('a ${b} %{c} "d"\n')).toBe('"a $${b} %%{c} \\"d\\"\\n"');
  });

  it('reads back as the text that was quoted', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[ -~\n\t]*$/), (text) => {
        const expression = parseHcl(`x = ${quote(text)}\n`).attributes.get('x');
        expect(expression).toEqual({ kind: 'literal', value: text });
      }),
    );
  });

  it('leaves the run’s values as the literals that they are', () => {
    expect(runVariablesFile([{ key: 'a', value: '[1, "x"]' }])).toBe('a = [1, "x"]\n');
  });
});
