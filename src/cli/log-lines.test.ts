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
    ['{"@message":"a\\u001b[2Kb"}', 'a [2Kb'],
    ['\u001B[1m\u001B[32mApply complete!\u001B[0m\r', '\u001B[1m\u001B[32mApply complete!\u001B[0m'],
    ['a\u001B]52;c;cm0gLXJm\u0007b\u001B[2Jc\td\u009B1Ae', 'a]52;c;cm0gLXJmb[2Jc\td1Ae'],
  ])('%j reads as %j', (line, text) => {
    expect(readLogLine(line)).toBe(text);
  });
});

describe('a log that comes in pieces', () => {
  it('reads line by line, wherever it was cut', () => {
    const whole = '{"@message":"one"}\ntwo\n{"@message":"three"}';
    const reader = createLogReader();

    const text = [...whole].map((character) => reader.read(character)).join('') + reader.end();

    expect(text).toBe('one\ntwo\nthree\n');
  });
});
