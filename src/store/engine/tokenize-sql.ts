// Cuts SQL into the tokens of ClickHouse's lexer, as far as refusing and routing statements needs them. It knows
// no grammar. Where it is unsure it yields more tokens, never fewer: a refusal may be wrong, a pass may not.

export interface SqlToken {
  readonly kind: 'word' | 'quoted-name' | 'string' | 'number' | 'symbol';
  readonly text: string;
  /** Offset of its first character, and of the one after its last, in UTF-16 code units. */
  readonly start: number;
  readonly end: number;
}

const QUOTES: Readonly<Record<string, { readonly close: string; readonly kind: SqlToken['kind'] }>> = {
  "'": { close: "'", kind: 'string' },
  '"': { close: '"', kind: 'quoted-name' },
  '`': { close: '`', kind: 'quoted-name' },
  '‘': { close: '’', kind: 'string' },
  '“': { close: '”', kind: 'quoted-name' },
};

/**
 * Lazily, so that the head of an insert can be read without walking its data.
 * White space, comments and characters outside ASCII (ClickHouse skips some as white space) yield nothing.
 */
export function* tokenizeSql(sql: string): Generator<SqlToken> {
  let at = 0;
  while (at < sql.length) {
    const end = endOfGap(sql, at);
    if (end > at) {
      at = end;
      continue;
    }
    const token = readToken(sql, at);
    yield token;
    at = token.end;
  }
}

function endOfGap(sql: string, at: number): number {
  if (/^(--|\/\/|#[ !])/.test(sql.slice(at, at + 2))) return endAfter(sql, '\n', at);
  if (sql.startsWith('/*', at)) return endOfComment(sql, at + 2);
  const char = sql.charCodeAt(at);
  const isQuote = (sql[at] ?? '') in QUOTES;
  return char <= 32 || (char > 126 && !isQuote) ? at + 1 : at;
}

function endAfter(sql: string, mark: string, from: number): number {
  const found = sql.indexOf(mark, from);
  return found < 0 ? sql.length : found + mark.length;
}

/** Comments nest. */
function endOfComment(sql: string, from: number): number {
  const mark = /\/\*|\*\//g;
  mark.lastIndex = from;
  for (let depth = 1; depth > 0; ) {
    const found = mark.exec(sql);
    if (!found) return sql.length;
    depth += found[0] === '/*' ? 1 : -1;
  }
  return mark.lastIndex;
}

function readToken(sql: string, at: number): SqlToken {
  const quote = QUOTES[sql[at] ?? ''];
  if (quote) return token(sql, quote.kind, at, endOfQuoted(sql, at + 1, quote.close));
  const heredoc = matchAt(/\$\w*\$/y, sql, at);
  if (heredoc > at) return token(sql, 'string', at, endAfter(sql, sql.slice(at, heredoc), heredoc));
  const word = matchAt(/[A-Za-z_][A-Za-z0-9_$]*/y, sql, at);
  if (word > at) return token(sql, 'word', at, word);
  const number = matchAt(/[0-9][A-Za-z0-9_]*/y, sql, at);
  if (number > at) return token(sql, 'number', at, number);
  return token(sql, 'symbol', at, at + 1);
}

const token = (sql: string, kind: SqlToken['kind'], start: number, end: number): SqlToken => ({
  kind,
  text: sql.slice(start, end),
  start,
  end,
});

function matchAt(pattern: RegExp, sql: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(sql) ? pattern.lastIndex : at;
}

/** A backslash takes the next character with it; a doubled quote does not end. */
function endOfQuoted(sql: string, from: number, close: string): number {
  let at = from;
  while (at < sql.length) {
    if (sql[at] === '\\') at += 2;
    else if (sql[at] !== close) at += 1;
    else if (sql[at + 1] === close) at += 2;
    else return at + 1;
  }
  return sql.length;
}
