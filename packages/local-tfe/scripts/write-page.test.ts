import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { fields } from './page/fields.ts';
import { renewPage } from './page/page.ts';

const written = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

describe('packages/local-tfe/README.md', () => {
  it('says what the sources say (else: node packages/local-tfe/scripts/write-page.ts)', () => {
    expect(written).toBe(renewPage(written));
  });

  it('is renewed where it is out of date', () => {
    const outdated = written.replace('| `POST /runs` |', '| `POST /flights` |');

    expect(outdated).not.toBe(written);
    expect(renewPage(outdated)).toBe(written);
  });

  it('cannot lose a part', () => {
    expect(() => renewPage(written.replace('<!-- faults -->', ''))).toThrow(/part faults/);
    expect(() => renewPage(`${written}\n<!-- weather -->\n`)).toThrow(/part weather/);
  });
});

describe('the fields of a schema', () => {
  const schema = z.strictObject({
    size: z.number().default(3).describe('how many'),
    parts: z.array(z.strictObject({ name: z.enum(['a', 'b']) })).optional(),
  });

  it('are listed with value, default and meaning, down to the innermost', () => {
    expect(fields(schema, { parts: 'its parts', 'parts[].name': 'their names' }).split('\n').slice(2)).toEqual([
      '| `size` | number | `3` | how many |',
      '| `parts` | list of objects |  | its parts |',
      '| `parts[].name` | `a`, `b` | required | their names |',
    ]);
  });

  it('must all be explained, and nothing else', () => {
    expect(() => fields(schema, { parts: 'its parts' })).toThrow('parts[].name');
    expect(() => fields(schema, { parts: '', 'parts[].name': '', gone: '' })).toThrow('gone');
  });
});
