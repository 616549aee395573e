/** As much of HCL as literal configurations use: blocks, attributes, literals, lists, objects, references, templates. */
export type Expression =
  | { kind: 'literal'; value: string | number | boolean | null }
  | { kind: 'list'; items: Expression[] }
  | { kind: 'object'; entries: [string, Expression][] }
  | { kind: 'reference'; path: string[] }
  | { kind: 'template'; parts: Expression[] };

export interface Body {
  attributes: Map<string, Expression>;
  blocks: Block[];
}

export interface Block extends Body {
  type: string;
  labels: string[];
}

export class HclError extends Error {
  override readonly name = 'HclError';
}

type Token = { kind: 'name' | 'number' | 'mark' | 'newline'; text: string } | { kind: 'string'; parts: Expression[] };

const PATTERN =
  /(?<skip>[ \t\r]+|(?:#|\/\/)[^\n]*|\/\*[\s\S]*?\*\/)|(?<newline>\n)|(?<name>[\p{L}_][\p{L}\p{N}_-]*)|(?<number>-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(?<string>"(?:[^"\\\n]|\\.)*")|(?<mark>[{}[\]=,.:()])/uy;

/** Parses a file's text. Throws an HclError for what lies outside the subset. */
export function parseHcl(text: string): Body {
  const reader = createReader(tokenize(text));
  const body = parseBody(reader);
  if (!reader.atEnd()) throw new HclError('unexpected closing brace');
  return body;
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  // Of its own: a template inside a string is tokenized while the string is.
  const pattern = new RegExp(PATTERN);
  while (pattern.lastIndex < text.length) {
    const at = pattern.lastIndex;
    const match = pattern.exec(text);
    if (!match) throw new HclError(`cannot read ${JSON.stringify(text.slice(at, at + 20))}`);
    const groups = match.groups ?? {};
    if (groups['string'] !== undefined) tokens.push({ kind: 'string', parts: readString(groups['string']) });
    for (const kind of ['newline', 'name', 'number', 'mark'] as const) {
      if (groups[kind] !== undefined) tokens.push({ kind, text: groups[kind] });
    }
  }
  return tokens;
}

function readString(source: string): Expression[] {
  const parts: Expression[] = [];
  // `$${` is a plain `${`: kept apart from a template by its place in the alternation.
  for (const match of source.slice(1, -1).matchAll(/\$\$\{|%%\{|\$\{([^}]*)\}|%\{|\\.|[^$%\\]+|[$%]/g)) {
    const [piece, inner] = match;
    if (piece === '%{') throw new HclError('template directives are not supported');
    if (inner !== undefined) parts.push(parseInline(inner));
    else if (piece === '$${' || piece === '%%{') parts.push({ kind: 'literal', value: piece.slice(1) });
    else parts.push({ kind: 'literal', value: piece.startsWith('\\') ? unescape(piece) : piece });
  }
  return parts;
}

const ESCAPES: Record<string, string> = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\' };

function unescape(piece: string): string {
  const found = ESCAPES[piece[1] ?? ''];
  if (found === undefined) throw new HclError(`the escape ${piece} is not supported`);
  return found;
}

function parseInline(text: string): Expression {
  const reader = createReader(tokenize(text));
  const expression = parseExpression(reader);
  if (!reader.atEnd()) throw new HclError(`the expression ${JSON.stringify(text.trim())} is not supported`);
  return expression;
}

function createReader(tokens: Token[]) {
  let at = 0;
  const peek = (): Token | undefined => tokens[at];
  const isMark = (text: string): boolean => {
    const token = peek();
    return token?.kind === 'mark' && token.text === text;
  };
  return {
    peek,
    isMark,
    next(): Token {
      const token = tokens[at];
      if (!token) throw new HclError('the text ends too early');
      at += 1;
      return token;
    },
    skip(mark: string): boolean {
      if (!isMark(mark)) return false;
      at += 1;
      return true;
    },
    expect(mark: string): void {
      if (!isMark(mark)) throw new HclError(`expected ${mark}`);
      at += 1;
    },
    skipNewlines(): void {
      while (peek()?.kind === 'newline') at += 1;
    },
    atEnd: (): boolean => at >= tokens.length,
  };
}

type Reader = ReturnType<typeof createReader>;

function parseBody(reader: Reader): Body {
  const body: Body = { attributes: new Map(), blocks: [] };
  for (;;) {
    reader.skipNewlines();
    if (reader.atEnd() || reader.isMark('}')) return body;
    const token = reader.next();
    if (token.kind !== 'name') throw new HclError('expected an attribute or a block');
    if (reader.skip('=')) body.attributes.set(token.text, parseExpression(reader));
    else body.blocks.push(parseBlock(token.text, reader));
  }
}

function parseBlock(type: string, reader: Reader): Block {
  const labels: string[] = [];
  while (!reader.isMark('{')) {
    const token = reader.next();
    if (token.kind === 'name') labels.push(token.text);
    else if (token.kind === 'string')
      labels.push(token.parts.map((part) => (part.kind === 'literal' ? part.value : '')).join(''));
    else throw new HclError(`the block ${type} cannot be read`);
  }
  reader.expect('{');
  const body = parseBody(reader);
  reader.expect('}');
  return { type, labels, ...body };
}

function parseExpression(reader: Reader): Expression {
  const token = reader.next();
  switch (token.kind) {
    case 'string':
      return stringOf(token.parts);
    case 'number':
      return { kind: 'literal', value: Number(token.text) };
    case 'name':
      return parseName(token.text, reader);
    case 'mark':
      if (token.text === '[') return { kind: 'list', items: parseItems(reader) };
      if (token.text === '{') return { kind: 'object', entries: parseEntries(reader) };
      throw new HclError(`unexpected ${token.text}`);
    case 'newline':
      throw new HclError('an expression is missing');
  }
}

function stringOf(parts: Expression[]): Expression {
  if (parts.every((part) => part.kind === 'literal')) {
    return { kind: 'literal', value: parts.map((part) => (part.kind === 'literal' ? part.value : '')).join('') };
  }
  const [only] = parts;
  return parts.length === 1 && only ? only : { kind: 'template', parts };
}

const WORDS: Record<string, boolean | null> = { true: true, false: false, null: null };

function parseName(name: string, reader: Reader): Expression {
  const word = WORDS[name];
  if (word !== undefined) return { kind: 'literal', value: word };
  if (reader.isMark('(')) throw new HclError(`the function ${name} is not supported`);
  const path = [name];
  while (reader.skip('.')) {
    const token = reader.next();
    if (token.kind !== 'name') throw new HclError(`the reference ${path.join('.')} cannot be read`);
    path.push(token.text);
  }
  return { kind: 'reference', path };
}

function parseItems(reader: Reader): Expression[] {
  const items: Expression[] = [];
  for (;;) {
    reader.skipNewlines();
    if (reader.skip(']')) return items;
    items.push(parseExpression(reader));
    reader.skipNewlines();
    reader.skip(',');
  }
}

function parseEntries(reader: Reader): [string, Expression][] {
  const entries: [string, Expression][] = [];
  for (;;) {
    reader.skipNewlines();
    if (reader.skip('}')) return entries;
    const key = reader.next();
    const name = key.kind === 'string' ? stringOf(key.parts) : undefined;
    const text = name?.kind === 'literal' ? String(name.value) : key.kind === 'name' ? key.text : undefined;
    if (text === undefined) throw new HclError('an object key must be a name or a string');
    if (!reader.skip('=')) reader.expect(':');
    entries.push([text, parseExpression(reader)]);
    reader.skip(',');
  }
}
