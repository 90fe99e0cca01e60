// Finds out how an INSERT brings its rows: as data after FORMAT, which chDB takes in only by certain ways, or
// from the statement itself.
import { type SqlToken, tokenizeSql } from './tokenize-sql.ts';

export interface InsertWithData {
  /** From INSERT up to the SETTINGS or FORMAT clause. */
  readonly target: string;
  /** The SETTINGS clause, or ''. */
  readonly settings: string;
  readonly format: string;
  /** Offset in the statement of the first character of data, in UTF-16 code units. */
  readonly dataAt: number;
  /** True for `INSERT … SELECT … FROM input(…) FORMAT …`, which chDB runs without reading any data. */
  readonly readsInput: boolean;
  /** Plain names, when the statement is `INSERT INTO table [(columns)] FORMAT …` and nothing more. */
  readonly plain: { readonly table: string; readonly columns: readonly string[] | undefined } | undefined;
}

/** @returns undefined for anything but an INSERT with a FORMAT clause. */
export function parseInsert(sql: string): InsertWithData | undefined {
  const head: SqlToken[] = [];
  let settingsAt: number | undefined;
  let depth = 0;
  for (const token of tokenizeSql(sql)) {
    const word = token.kind === 'word' ? token.text.toLowerCase() : '';
    if (head.length === 0 && word !== 'insert') return undefined;
    if (token.kind === 'symbol') depth += depthChange(token.text);
    if (depth === 0 && isKeyword(head, word, 'values')) return undefined;
    if (depth === 0 && isKeyword(head, word, 'settings')) settingsAt ??= token.start;
    if (depth === 0 && isKeyword(head, word, 'format')) return readTail(sql, head, token, settingsAt);
    head.push(token);
  }
  return undefined;
}

const depthChange = (symbol: string): number => (symbol === '(' ? 1 : symbol === ')' ? -1 : 0);

/** A table may itself be called `format`: what follows INTO, TABLE or a dot is a name. */
function isKeyword(head: readonly SqlToken[], word: string, keyword: string): boolean {
  const before = head.at(-1)?.text.toLowerCase() ?? '';
  return word === keyword && !['into', 'table', '.'].includes(before);
}

function readTail(
  sql: string,
  head: readonly SqlToken[],
  formatToken: SqlToken,
  settingsAt: number | undefined,
): InsertWithData | undefined {
  const match = /^\s*([A-Za-z0-9_]+)[ \t]*(?:\r?\n|;[ \t]*\r?\n?)?/.exec(sql.slice(formatToken.end));
  if (!match?.[1]) return undefined;
  const plain = settingsAt === undefined ? readPlainTarget(head) : undefined;
  const selects = head.some((token) => token.kind === 'word' && token.text.toLowerCase() === 'select');
  return {
    target: sql.slice(0, settingsAt ?? formatToken.start),
    settings: settingsAt === undefined ? '' : sql.slice(settingsAt, formatToken.start),
    format: match[1],
    dataAt: formatToken.end + match[0].length,
    readsInput: selects && !plain,
    plain,
  };
}

const NAME = '[A-Za-z0-9_]+';
const PLAIN = new RegExp(
  `^insert into (?:table )?(${NAME}(?: \\. ${NAME})?)(?: \\( (${NAME}(?: , ${NAME})*) \\))?$`,
  'i',
);

function readPlainTarget(head: readonly SqlToken[]): InsertWithData['plain'] {
  const names = head.map((token) =>
    /^[`"]\w+[`"]$/.test(token.text) ? token.text.slice(1, -1) : token.text,
  );
  const match = PLAIN.exec(names.join(' '));
  if (!match?.[1]) return undefined;
  return { table: match[1].replaceAll(' ', ''), columns: match[2]?.split(' , ') };
}
