import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { HclError, parseHcl } from './hcl.ts';

describe('literal HCL', () => {
  it('has blocks with labels, attributes, comments, lists, objects, references and templates', () => {
    const body = parseHcl(`# a comment
resource "terraform_data" "one" { // another
  input = { a = [1, -2.5, true, null], "b" : var.x } /* and
  a third */
  text = "Hello, \${local.name}!"
}
`);

    expect(body.blocks[0]).toMatchObject({ type: 'resource', labels: ['terraform_data', 'one'] });
    expect(body.blocks[0]?.attributes.get('input')).toEqual({
      kind: 'object',
      entries: [
        ['a', { kind: 'list', items: [1, -2.5, true, null].map((value) => ({ kind: 'literal', value })) }],
        ['b', { kind: 'reference', path: ['var', 'x'] }],
      ],
    });
    expect(body.blocks[0]?.attributes.get('text')).toMatchObject({ kind: 'template' });
  });

  it.each(['a = max(1, 2)', 'a = 1 + 2', 'a = "%{ if x }"', 'a {', '}', 'a = <<EOT\nx\nEOT', 'a = x[0]', 'a ='])(
    'refuses %j',
    (text) => {
      expect(() => parseHcl(`${text}\n`)).toThrow(HclError);
    },
  );

  it('ends on any text, with a body or with an HclError', () => {
    const piece = fc.constantFrom('a', '=', '"', '${', '}', '{', '[', ']', '\n', '1', ',', '.', '#', '\\', ' ');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        try {
          parseHcl(pieces.join(''));
        } catch (error) {
          expect(error).toBeInstanceOf(HclError);
        }
      }),
    );
  });
});
