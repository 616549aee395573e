import type { ProcessEnvironment } from '../../service/config.ts';
import type { Output } from '../cli-deps.ts';

/**
 * A stream of the process as commands see it. A "dumb" terminal understands no escapes, so it is none for us; NO_COLOR
 * (https://no-color.org) leaves the terminal as it is, without colors.
 */
export function outputOn(stream: NodeJS.WriteStream, environment: ProcessEnvironment): Output {
  const { NO_COLOR: noColor, TERM: term } = environment;
  return {
    write: (text) => stream.write(text),
    // Asked at each use: a terminal's width changes while something is followed.
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
