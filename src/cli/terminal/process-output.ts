import type { ProcessEnvironment } from '../../service/config.ts';
import type { Output } from '../cli-deps.ts';

/**
 * A stream of the process as commands see it. A "dumb" terminal understands no escapes, so we treat it as no terminal.
 * NO_COLOR (https://no-color.org) keeps the terminal but turns its colors off.
 */
export function outputOn(stream: NodeJS.WriteStream, environment: ProcessEnvironment): Output {
  const { NO_COLOR: noColor, TERM: term } = environment;
  return {
    write: (text) => stream.write(text),
    // Read at each use: a terminal's width may change while a request is followed.
    get isTTY() {
      return stream.isTTY && term !== 'dumb';
    },
    get isTerminal() {
      return stream.isTTY;
    },
    get columns() {
      return stream.columns;
    },
    colors: noColor ? 'never' : undefined,
  };
}
