/** One line of terraform's structured log: the fields that people read. */
interface StructuredLine {
  '@message': string;
  diagnostic?: { detail?: string; address?: string; range?: { filename?: string; start?: { line?: number } } };
}

/**
 * Log text for people: terraform's structured lines by their message, errors with their detail and place, any other
 * line unchanged. Text comes in pieces; `end` returns a last line without a line break. The writer escapes the lines.
 */
export function createLogReader(): { read: (piece: string) => string[]; end: () => string[] } {
  let rest = '';
  return {
    read: (piece) => {
      const lines = (rest + piece).split('\n');
      rest = lines.pop() ?? '';
      return lines.flatMap(readLogLine);
    },
    end: () => (rest === '' ? [] : readLogLine(rest)),
  };
}

/** One line, without its line break; a structured one may become several. */
export function readLogLine(line: string): string[] {
  const structured = parseLine(line);
  if (structured === undefined) return [line];
  const { diagnostic } = structured;
  const place =
    diagnostic?.range?.filename && `on ${diagnostic.range.filename} line ${diagnostic.range.start?.line ?? '?'}`;
  const where = [diagnostic?.address && `with ${diagnostic.address}`, place].filter(Boolean).join(', ');
  const below = [where, ...(diagnostic?.detail?.split('\n') ?? [])].filter(Boolean).map((text) => `  ${text}`);
  return [structured['@message'], ...below];
}

function parseLine(line: string): StructuredLine | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const parsed = JSON.parse(line) as Partial<StructuredLine>;
    return typeof parsed['@message'] === 'string' ? (parsed as StructuredLine) : undefined;
  } catch {
    return undefined; // the first line of a tail may be cut
  }
}
