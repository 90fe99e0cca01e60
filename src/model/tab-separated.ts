// Rows in ClickHouse's TabSeparated format.
import { type EpochMicros, microsToMillis } from './time.ts';

/** `null` is `\N`; booleans are words; arrays are not for this. */
export type TabSeparatedValue = string | number | boolean | null;

const NEEDS_ESCAPE = /[\\\t\n\r]/;
const ESCAPED = /[\\\t\n\r]/g;
const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

/**
 * One field. Text or, for bytes, latin1 text: the escaped characters are ASCII in both. Most values need no escaping,
 * so looking comes first.
 */
export const escapeTabSeparated = (text: string): string =>
  NEEDS_ESCAPE.test(text) ? text.replace(ESCAPED, (character) => ESCAPES[character] ?? character) : text;

/** One row with its line end. */
export const tabSeparatedRow = (values: readonly TabSeparatedValue[]): string =>
  `${values.map((value) => (value === null ? '\\N' : escapeTabSeparated(String(value)))).join('\t')}\n`;

/** `YYYY-MM-DD hh:mm:ss.ffffff` in UTC. */
export function microsText(instant: EpochMicros): string {
  const seconds = new Date(microsToMillis(instant)).toISOString().slice(0, 19).replace('T', ' ');
  return `${seconds}.${String(instant % 1_000_000).padStart(6, '0')}`;
}
