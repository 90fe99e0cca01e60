// `where`: conditions on properties of the event, or, as `user.TRAIT` and `user_id`, on the user who did it.

import { canonicalJson } from '../../model/canonical-json.ts';
import { canonicalTest, testJson } from '../definition-json.ts';
import type { Filter, FilterLeaf } from '../series.ts';
import { readTests } from './read-tests.ts';
import type { Reading } from './reading.ts';
import type { MapEntry, SourceNode } from './source.ts';

/** Sorted, so that the same filter written in another order is the same series. */
export function readFilter(node: SourceNode, reading: Reading): Filter | undefined {
  if (node.kind === 'invalid') return undefined;
  if (node.kind !== 'map' || node.entries.length === 0) {
    reading.problems.add(
      'T011',
      node.span,
      '"where" must be a map of properties',
      'such as {channel: general}',
    );
    return undefined;
  }
  const leaves = node.entries.map((entry) => readProperty(entry, reading));
  const read = leaves.filter((leaf) => leaf !== undefined);
  return read.length === leaves.length ? read.flat().sort(byDefinition) : undefined;
}

function readProperty(entry: MapEntry, reading: Reading): readonly FilterLeaf[] | undefined {
  if (entry.key.split('.').includes('')) {
    reading.problems.add(
      'T015',
      entry.keySpan,
      `"${entry.key}" is not a property`,
      'parts between dots cannot be empty',
    );
    return undefined;
  }
  if (entry.key.startsWith('user.'))
    reading.traitUses.add('user', entry.key.slice('user.'.length), entry.keySpan);
  const tests = readTests(entry.value, reading, { what: `property "${entry.key}"`, type: 'any' });
  return tests?.map(({ test }) => ({ property: entry.key, test: canonicalTest(test) }));
}

function byDefinition(a: FilterLeaf, b: FilterLeaf): number {
  if (a.property !== b.property) return a.property < b.property ? -1 : 1;
  return canonicalJson(testJson(a.test)) < canonicalJson(testJson(b.test)) ? -1 : 1;
}
