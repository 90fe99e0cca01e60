// Rows in ClickHouse's TabSeparated format.

/** `null` is `\N`; booleans are words; arrays are not for this. */
export type TabSeparatedValue = string | number | boolean | null;

const SPECIAL = /[\\\t\n\r]/g;
const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

export const escapeTabSeparated = (text: string): string =>
  text.replace(SPECIAL, (character) => ESCAPES[character] ?? character);

/** One row with its line end. */
export const tabSeparatedRow = (values: readonly TabSeparatedValue[]): string =>
  `${values.map((value) => (value === null ? '\\N' : escapeTabSeparated(String(value)))).join('\t')}\n`;
