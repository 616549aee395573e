import { describe, expect, it } from '@jest/globals';
import { createLogReader, readLogLine } from './log-lines.ts';

describe('a line of a log', () => {
  it.each([
    ['Terraform v1.11.4', 'Terraform v1.11.4'],
    ['{ not json', '{ not json'],
    ['{"other":1}', '{"other":1}'],
    ['', ''],
    ['{"@level":"info","@message":"Apply complete!","type":"change_summary"}', 'Apply complete!'],
    [
      '{"@message":"Error: Reference to undeclared resource","diagnostic":{"detail":"A managed resource\\nis missing.","address":"a.b","range":{"filename":"main.tf","start":{"line":3}}}}',
      'Error: Reference to undeclared resource\n  with a.b, on main.tf line 3\n  A managed resource\n  is missing.',
    ],
  ])('%j reads as %j', (line, text) => {
    expect(readLogLine(line).join('\n')).toBe(text);
  });
});

describe('a log that comes in pieces', () => {
  it('reads line by line, wherever it was cut', () => {
    const whole = '{"@message":"one"}\ntwo\n{"@message":"three"}';
    const reader = createLogReader();

    const lines = [...[...whole].flatMap((character) => reader.read(character)), ...reader.end()];

    expect(lines).toEqual(['one', 'two', 'three']);
  });
});
