// What was meant by values in a row, as in `{account.plan: free, trial}`: to YAML, the second is a key without a value.
import { METRIC_KINDS } from '../metrics/metric-kinds.ts';
import type { MapEntry } from './source.ts';

/** Keys beside those of metrics whose value is a list, or may be one. */
const OF_LISTS = /^(notify|in|between|all|any|none)$/;

/** Keys beside those of metrics whose value is a single one, most often a text. */
const OF_TEXTS =
  /^(say|note|playbook|owner|kind|stage|was|for|keep_open|cooldown|weight|metric|event|[gl]te?|contains|starts_with|ends_with|exists|segment)$/;

/** `rest` are the keys without a colon behind `previous`; undefined when no row can be meant. */
export function hintRow({ key, value }: MapEntry, rest: readonly string[]): string | undefined {
  const takes = takenBy(key);
  if (value.kind !== 'scalar' || takes === 'one' || rest.length === 0) return undefined;
  // 2,000 is a number with a comma, also as a value.
  if (/^\d{1,3}$/.test(value.raw) && rest.every((part) => /^\d{3}$/.test(part)) && takes !== 'list')
    return undefined;
  const first = value.quoted ? `"${value.raw}"` : value.raw;
  const list = `[${[first, ...rest].join(', ')}]`;
  const text = `; a text with a comma is quoted: "${[value.raw, ...rest].join(', ')}"`;
  const isOfTest = key === 'in' || key === 'between';
  if (takes === 'list') return `for several write ${key}: ${list}${isOfTest ? '' : text}`;
  return `for any of them write ${key}: {in: ${list}}${typeof value.value === 'string' ? text : ''}`;
}

/** Undefined for subjects and properties, which are tested. A key that is a list in one kind of metric is one. */
function takenBy(key: string): 'list' | 'one' | undefined {
  if (OF_LISTS.test(key)) return 'list';
  if (OF_TEXTS.test(key)) return 'one';
  const fields = [...METRIC_KINDS.values()].flatMap((kind) => kind.fields[key] ?? []);
  if (fields.length === 0) return undefined;
  return fields.some(({ list }) => list === true) ? 'list' : 'one';
}
