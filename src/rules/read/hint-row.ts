// What was meant by values in a row, as in `{account.plan: free, trial}`: to YAML, the second is a key without a value.
import type { MapEntry } from './source.ts';

/** Keys whose value is a list, or may be one: events, metrics, sinks. */
const OF_LISTS =
  /^(count|users(_\w+)?|features|active_\w+|streak|sequence|days_since_\w+|of|weekday_zscore|trend|top_share|ratio|notify|among|in|between|all|any|none)$/;

/** Keys of rules and metrics whose value is a single one, most often a text. */
const OF_TEXTS =
  /^(say|formula|note|playbook|owner|kind|stage|was|window|within|over|for|keep_open|cooldown|unit|as|per|weight|metric|event|[gl]te?|contains|starts_with|ends_with|exists|segment|distinct)$/;

/** `rest` are the keys without a colon behind `previous`; undefined when no row can be meant. */
export function hintRow({ key, value }: MapEntry, rest: readonly string[]): string | undefined {
  if (value.kind !== 'scalar' || OF_TEXTS.test(key) || rest.length === 0) return undefined;
  // 2,000 is a number with a comma, also as a value.
  if (/^\d{1,3}$/.test(value.raw) && rest.every((part) => /^\d{3}$/.test(part)) && !OF_LISTS.test(key))
    return undefined;
  const first = value.quoted ? `"${value.raw}"` : value.raw;
  const list = `[${[first, ...rest].join(', ')}]`;
  const text = `; a text with a comma is quoted: "${[value.raw, ...rest].join(', ')}"`;
  const isOfTest = key === 'in' || key === 'between';
  if (OF_LISTS.test(key)) return `for several write ${key}: ${list}${isOfTest ? '' : text}`;
  return `for any of them write ${key}: {in: ${list}}${typeof value.value === 'string' ? text : ''}`;
}
