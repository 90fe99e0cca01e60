// First and last day of a window that ends at an anchor, as SQL over the inputs of the statement.
import type { Anchor } from '../metric.ts';
import type { Window } from '../window.ts';
import { anchorSql, type Compilation } from './compilation.ts';
import { jsonToText, textToDay, traitJson } from './emit-trait.ts';

/** Int32 day number; Nullable for `since`; undefined for `ever`. */
export function emitWindowStart(
  compilation: Compilation,
  window: Window,
  anchor: Anchor,
): string | undefined {
  const last = anchorSql(anchor);
  switch (window.kind) {
    case 'days':
      return `(${last} - ${window.days - 1})`;
    case 'months':
      return `toInt32(addMonths(toStartOfMonth(toDate32(${last})), -${window.months - 1}))`;
    case 'ever':
      return undefined;
    case 'first':
      return 'first_day';
    case 'since':
      return startColumn(compilation, window.trait, anchor);
  }
}

export const emitWindowEnd = (window: Window, anchor: Anchor): string =>
  window.kind === 'first' ? `least(${anchorSql(anchor)}, first_day + ${window.days - 1})` : anchorSql(anchor);

/** A column of the inputs, since the rows of days are aggregated before the first level. */
function startColumn(compilation: Compilation, trait: string, anchor: Anchor): string {
  const text = `arrayMap(json -> ${jsonToText('json')}, [${traitJson(compilation, trait, anchor)}])`;
  const sql = `arrayMap(text -> toInt32(${textToDay(compilation, 'text')}), ${text})[1]`;
  const alias = compilation.starts.get(sql) ?? `start_${compilation.starts.size}`;
  compilation.starts.set(sql, alias);
  return alias;
}
