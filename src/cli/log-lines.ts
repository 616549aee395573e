import { plain } from './writing.ts';

/** One line of terraform's structured log, as far as people read it. */
interface StructuredLine {
  '@message': string;
  diagnostic?: { detail?: string; address?: string; range?: { filename?: string; start?: { line?: number } } };
}

/**
 * Log text for people: terraform's structured lines by their message, errors with their detail and place; any other line
 * as it is, without what a terminal would obey. Text comes in pieces; `end` gives the last line where it has no line break.
 */
export function createLogReader(): { read: (piece: string) => string; end: () => string } {
  let rest = '';
  return {
    read: (piece) => {
      const lines = (rest + piece).split('\n');
      rest = lines.pop() ?? '';
      return lines.map((line) => `${readLogLine(line)}\n`).join('');
    },
    end: () => (rest === '' ? '' : `${readLogLine(rest)}\n`),
  };
}

/** One line, without its line break; a structured one may become several. */
export function readLogLine(line: string): string {
  const structured = parseLine(line);
  if (structured === undefined) return withoutControls(line);
  const { diagnostic } = structured;
  const place =
    diagnostic?.range?.filename && `on ${diagnostic.range.filename} line ${diagnostic.range.start?.line ?? '?'}`;
  const where = [diagnostic?.address && `with ${diagnostic.address}`, place].filter(Boolean).join(', ');
  const below = [where, ...(diagnostic?.detail?.split('\n') ?? [])].filter(Boolean).map((text) => `  ${plain(text)}`);
  return [plain(structured['@message']), ...below].join('\n');
}

// Colors and tabs are terraform's; whatever else moves a cursor or speaks to the terminal was put there by somebody else.
const ESCAPE = '\u001B';
const COLOR_OR_CONTROL = new RegExp(`(${ESCAPE}\\[[\\d;]*m|\\t)|\\p{Cc}`, 'gu');

const withoutControls = (line: string): string =>
  line.replaceAll(COLOR_OR_CONTROL, (_found, kept?: string) => kept ?? '');

function parseLine(line: string): StructuredLine | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const parsed = JSON.parse(line) as Partial<StructuredLine>;
    return typeof parsed['@message'] === 'string' ? (parsed as StructuredLine) : undefined;
  } catch {
    return undefined; // the first line of a tail may be cut
  }
}
