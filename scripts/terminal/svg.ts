import type { ScreenLine, TextRun, TextStyle } from './screen.ts';

export interface Picture {
  /** What was typed. */
  readonly command: string;
  readonly lines: readonly ScreenLine[];
  readonly columns: number;
  /** For those who cannot see it. */
  readonly title: string;
}

const FONT_SIZE = 14;
// The advance of common monospace fonts; `textLength` makes it true of all others.
const COLUMN = FONT_SIZE * 0.6;
const LINE = 20;
const MARGIN = 18;
/** A picture of its own on light pages and on dark ones: dark ground, and a border where the page is as dark. */
const GROUND = '#0d1117';
const BORDER = '#3d444d';
const INK: Record<TextStyle['color'], string> = {
  default: '#e6edf3',
  red: '#ff7b72',
  green: '#3fb950',
  yellow: '#d29922',
  blue: '#79c0ff',
  magenta: '#d2a8ff',
  cyan: '#56d4dd',
  gray: '#9198a1',
};
// Contrast of at least 4.5 : 1 on the ground.
const DIM = '#9198a1';

/**
 * An SVG of a terminal at its end, in which each line appears when it was written. Without animation, or with reduced
 * motion, the end is all there is to see.
 */
export function svgOf({ command, lines, columns, title }: Picture): string {
  const width = Math.ceil(columns * COLUMN + 2 * MARGIN);
  const height = (lines.length + 1) * LINE + 2 * MARGIN;
  const typed: TextRun[] = [
    { column: 0, text: '$', color: 'gray', weight: 'normal' },
    { column: 2, text: command, color: 'default', weight: 'bold' },
  ];
  const rows = [{ runs: typed, atMs: 0 }, ...lines].map((line, index) => rowOf(line, MARGIN + (index + 0.75) * LINE));
  // The defaults stand on the root: a rule for `text` would win over the color and weight that a run of text has.
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">
<title>${escaped(title)}</title>
<style>
svg { font: ${FONT_SIZE}px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: ${INK.default}; }
g { animation: appear 0.15s backwards; }
@keyframes appear { from { opacity: 0; } }
@media (prefers-reduced-motion: reduce) { g { animation: none; } }
</style>
<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8" fill="${GROUND}" stroke="${BORDER}"/>
${rows.filter((row) => row !== '').join('\n')}
</svg>
`;
}

function rowOf({ runs, atMs }: ScreenLine, y: number): string {
  if (runs.length === 0) return '';
  const delay = atMs > 0 ? ` style="animation-delay:${(atMs / 1000).toFixed(1)}s"` : '';
  return `<g${delay}>${runs.map((run) => textOf(run, y)).join('')}</g>`;
}

function textOf({ text, column, color, weight }: TextRun, y: number): string {
  const ink = weight === 'dim' && color === 'default' ? DIM : INK[color];
  const looks = [
    ink === INK.default ? '' : ` fill="${ink}"`,
    weight === 'bold' ? ' font-weight="bold"' : '',
    ` textLength="${fixed([...text].length * COLUMN)}"`,
  ];
  return `<text x="${fixed(MARGIN + column * COLUMN)}" y="${fixed(y)}"${looks.join('')}>${escaped(text)}</text>`;
}

const fixed = (number: number): string => `${Number(number.toFixed(1))}`;

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
