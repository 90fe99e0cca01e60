// How a key of a map came to have no value, which is seldom that one was forgotten: a comma, a colon, a sign.
import { isScalar, type Pair } from 'yaml';
import { hintComparison } from './hint-comparison.ts';
import { hintRow } from './hint-row.ts';
import type { MapEntry, SourceNode } from './source.ts';

export interface Loss {
  /** `tail`: the rest of the value before it. `map`: the key holds key and value. `value`: only the value lacks. */
  readonly means: 'tail' | 'map' | 'value';
  readonly hint: string;
  /** So many keys behind it are told with it. */
  readonly more?: number;
}

/** A key whose value is a text with blanks and commas. */
export const isSentence = (key: string): boolean => key === 'say' || key === 'formula';

/** A text without quotes, which a comma may have cut. */
const plainText = (node: SourceNode): string | undefined =>
  node.kind === 'scalar' && typeof node.value === 'string' && !node.quoted && !/^\d+(d|w|mo)$/.test(node.raw)
    ? node.raw
    : undefined;

/** The keys from here on that have no colon. */
function rowOf(pairs: readonly Pair[]): readonly string[] {
  const end = pairs.findIndex(({ key, value }) => value != null || !isScalar(key));
  return (end === -1 ? pairs : pairs.slice(0, end)).map(({ key }) => String(isScalar(key) ? key.source : ''));
}

/** How a key came to have no value; `previous` is the entry before it in the map. */
export function explainLoss(key: string, pairs: readonly Pair[], previous: MapEntry | undefined): Loss {
  const value = pairs[0]?.value;
  const row = previous?.value.kind === 'scalar' ? rowOf(pairs) : [];
  if (previous !== undefined && isSentence(previous.key))
    return { means: 'tail', hint: `quote it: ${previous.key}: "…"` };
  if (key.includes(':')) return { means: 'map', hint: 'put a space after the colon' };
  const comparison = hintComparison(key);
  if (comparison !== undefined) return { means: 'map', hint: `write ${comparison}` };
  const hint = previous && hintRow(previous, row);
  if (hint !== undefined) return { means: 'tail', hint, more: row.length - 1 };
  if (!/^\d+$/.test(key)) {
    if (isScalar(value) && value.source !== '')
      return {
        means: 'value',
        hint: `write a value, or remove it; in a condition "is missing" is ${key}: {exists: false}`,
      };
    const text = value == null && previous !== undefined ? plainText(previous.value) : undefined;
    if (text === undefined) return { means: 'value', hint: 'write a value after it, or remove it' };
    const whole = `${previous?.key}: "${text}, ${key}"`;
    return {
      means: 'tail',
      hint: `write a colon and a value; or, if the comma is part of a text, quote it: ${whole}`,
    };
  }
  const before = previous?.value.kind === 'scalar' ? previous.value.raw : '';
  const number = /^\d+$/.test(before) ? `${before}${key}` : '2000';
  return { means: 'tail', hint: `write ${number}, without the comma` };
}
