/** How a stretch of text looks; the words are those of picocolors. */
export interface TextStyle {
  readonly color: 'default' | 'red' | 'green' | 'yellow' | 'blue' | 'magenta' | 'cyan' | 'gray';
  readonly weight: 'normal' | 'bold' | 'dim';
}

export interface TextRun extends TextStyle {
  /** Column of its first character, from 0. */
  readonly column: number;
  readonly text: string;
}

export interface ScreenLine {
  readonly runs: readonly TextRun[];
  /** When it got the text that it has at the end. */
  readonly atMs: number;
}

/** What a program wrote to its terminal, and when. */
export interface Written {
  readonly atMs: number;
  readonly text: string;
}

const PLAIN: TextStyle = { color: 'default', weight: 'normal' };
const COLORS = ['default', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'default'] as const;
const GRAY = 90;

interface Cell {
  character: string;
  style: TextStyle;
}

interface Row {
  cells: (Cell | undefined)[];
  atMs: number;
}

/**
 * The screen after all of it was written, without empty lines at its end. Knows what the command line writes: text, line
 * feeds, carriage returns, erasing in a line, colors. Throws at anything else, rather than showing something wrong.
 */
export function screenOf(written: readonly Written[], columns: number): ScreenLine[] {
  const rows: Row[] = [];
  const cursor = { row: 0, column: 0 };
  let style = PLAIN;
  const rowAt = (index: number): Row => (rows[index] ??= { cells: [], atMs: 0 });
  const put = (character: string, atMs: number): void => {
    if (cursor.column === columns) Object.assign(cursor, { row: cursor.row + 1, column: 0 });
    const row = rowAt(cursor.row);
    row.cells[cursor.column] = { character, style };
    row.atMs = atMs;
    cursor.column += 1;
  };
  for (const { atMs, text } of joined(written)) {
    for (const piece of piecesOf(text)) {
      if (piece === '\r') cursor.column = 0;
      else if (piece === '\n') cursor.row += 1;
      else if (!piece.startsWith('\u001B')) put(piece, atMs);
      else if (piece.endsWith('m')) style = styled(style, piece);
      else if (piece.endsWith('K')) eraseIn(rowAt(cursor.row).cells, piece, cursor.column);
    }
  }
  return withoutEmptyEnd(Array.from(rows, (row) => ({ runs: runsOf(row?.cells ?? []), atMs: row?.atMs ?? 0 })));
}

/** A sequence or a character may have been cut in two: it is taken to have been written with its second half. */
function joined(written: readonly Written[]): Written[] {
  let kept = '';
  const whole = written.map(({ atMs, text }) => {
    const all = kept + text;
    // oxlint-disable-next-line no-control-regex -- these are what a terminal is sent
    kept = /\u001B(?:\[[\d;?]*)?$/.exec(all)?.[0] ?? '';
    return { atMs, text: all.slice(0, all.length - kept.length) };
  });
  if (kept !== '') throw new Error('the recording ends in the middle of an escape sequence');
  return whole;
}

// oxlint-disable-next-line no-control-regex -- these are what a terminal is sent
const PIECE = /\u001B\[[\d;]*[mK]|\u001B\[\?25[lh]|\r|\n|[^\u0000-\u001F\u007F]/gu;

function piecesOf(text: string): string[] {
  const pieces = text.match(PIECE) ?? [];
  if (pieces.join('') !== text) throw new Error(`what is written here is not known: ${JSON.stringify(text)}`);
  return pieces;
}

function styled(before: TextStyle, sequence: string): TextStyle {
  return sequence
    .slice(2, -1)
    .split(';')
    .map(Number)
    .reduce<TextStyle>((style, code) => {
      if (code === 0) return PLAIN;
      if (code === 1) return { ...style, weight: 'bold' };
      if (code === 2) return { ...style, weight: 'dim' };
      if (code === 22) return { ...style, weight: 'normal' };
      if (code === 39) return { ...style, color: 'default' };
      if (code === GRAY) return { ...style, color: 'gray' };
      const color = COLORS[code - 30];
      if (color === undefined) throw new Error(`what the color code ${code} looks like is not known`);
      return { ...style, color };
    }, before);
}

function eraseIn(cells: (Cell | undefined)[], sequence: string, column: number): void {
  const which = Number(sequence.slice(2, -1));
  const [from, to] = [
    [column, cells.length],
    [0, column + 1],
    [0, cells.length],
  ][which] as [number, number];
  for (let index = from; index < to; index += 1) cells[index] = undefined;
}

function runsOf(cells: readonly (Cell | undefined)[]): TextRun[] {
  const runs: TextRun[] = [];
  for (const [column, cell] of Array.from(cells).entries()) {
    if (cell === undefined || cell.character === ' ') continue;
    const last = runs.at(-1);
    const gap = last === undefined ? 0 : column - (last.column + [...last.text].length);
    // One blank belongs to the words around it; wider ones are left out, so that columns stay where they are.
    if (last && gap <= 1 && last.color === cell.style.color && last.weight === cell.style.weight) {
      runs[runs.length - 1] = { ...last, text: `${last.text}${' '.repeat(gap)}${cell.character}` };
    } else runs.push({ ...cell.style, column, text: cell.character });
  }
  return runs;
}

function withoutEmptyEnd(lines: ScreenLine[]): ScreenLine[] {
  const last = lines.findLastIndex(({ runs }) => runs.length > 0);
  return lines.slice(0, last + 1);
}
