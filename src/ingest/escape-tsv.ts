// ClickHouse's TabSeparated text, built by hand. Most values need no escaping, so looking comes first.

const NEEDS_ESCAPE = /[\\\t\n\r]/;
const ESCAPED = /[\\\t\n\r]/g;

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

/** One field. Text or, for bytes, latin1 text: the escaped characters are ASCII in both. */
export function escapeTsv(text: string): string {
  return NEEDS_ESCAPE.test(text)
    ? text.replace(ESCAPED, (character) => ESCAPES[character] ?? character)
    : text;
}
