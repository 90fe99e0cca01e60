// The fields of one CSV row, as RFC 4180 has it; a quote inside a field that does not begin with one is a character.
import type { Rejection } from '../../model/event.ts';

export type ParsedRow =
  | { readonly ok: true; readonly fields: readonly string[] }
  | { readonly ok: false; readonly rejection: Rejection };

const QUOTE = '"';

/** Never throws. `text` is one row without its line end; only a field that is quoted keeps its spaces' meaning. */
export function parseRow(text: string, delimiter: string): ParsedRow {
  if (!text.includes(QUOTE)) return { ok: true, fields: text.split(delimiter) };
  const fields: string[] = [];
  for (let at = 0; ; ) {
    const isQuoted = text[at] === QUOTE;
    const end = isQuoted ? closingQuote(text, at) : fieldEnd(text, at, delimiter);
    if (end === -1) return refuse(fields.length + 1, 'its quote is not closed');
    fields.push(isQuoted ? text.slice(at + 1, end).replaceAll('""', QUOTE) : text.slice(at, end));
    const behind = isQuoted ? end + 1 : end;
    if (behind >= text.length) return { ok: true, fields };
    if (text[behind] !== delimiter)
      return refuse(fields.length, 'something stands between its closing quote and the delimiter');
    at = behind + 1;
  }
}

function fieldEnd(text: string, start: number, delimiter: string): number {
  const end = text.indexOf(delimiter, start);
  return end === -1 ? text.length : end;
}

function closingQuote(text: string, opening: number): number {
  for (let at = text.indexOf(QUOTE, opening + 1); at !== -1; at = text.indexOf(QUOTE, at + 2)) {
    if (text[at + 1] !== QUOTE) return at;
  }
  return -1;
}

const refuse = (field: number, because: string): ParsedRow => ({
  ok: false,
  rejection: {
    reason: 'invalid_field',
    detail: `Field ${field} of the row cannot be read: ${because}. Quotes inside quotes are doubled.`,
  },
});
