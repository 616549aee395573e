import { describe, expect, it } from '@jest/globals';
import { printReady, type Ready, type ReadyLineOptions } from './ready-line.ts';

describe('printReady', () => {
  it('prints one JSON line for programs', () => {
    const line = printed({ address: 'http://127.0.0.1:8090', health: 'http://127.0.0.1:9' }, 'json');

    expect(line.endsWith('\n')).toBe(true);
    expect(JSON.parse(line)).toEqual({ ready: true, address: 'http://127.0.0.1:8090', health: 'http://127.0.0.1:9' });
  });

  it('prints a line to read for people', () => {
    expect(printed({ health: 'http://127.0.0.1:9', installation: undefined }, 'text')).toBe(
      'worker ready · health http://127.0.0.1:9\n',
    );
  });
});

function printed(ready: Ready, format: ReadyLineOptions['format']): string {
  const written: string[] = [];
  printReady(ready, { name: 'worker', format, out: { write: (text) => written.push(text) } });
  return written.join('');
}
