// Definitions as plain JSON: what hashes are made of. Layout, positions and texts as written are left out.

import { canonicalJson } from '../model/canonical-json.ts';
import type { JsonObject, JsonValue } from '../model/json.ts';
import type { EventSet, Filter, SeriesDefinition } from './series.ts';
import type { Test } from './test.ts';
import type { Window } from './window.ts';

export const testJson = (test: Test): JsonObject => writeTest(canonicalTest(test));

function writeTest(test: Test): JsonObject {
  switch (test.op) {
    case 'in':
      return { op: 'in', values: test.values.map((value) => ({ ...value })) };
    case 'between':
      return { op: 'between', low: { ...test.low }, high: { ...test.high } };
    case 'not':
      return { op: 'not', tests: test.tests.map(writeTest) };
    case 'contains':
    case 'starts_with':
    case 'ends_with':
    case 'exists':
      return { op: test.op, value: test.value };
    default:
      return { op: test.op, value: { ...test.value } };
  }
}

export const filterJson = (filter: Filter): JsonValue =>
  filter.map((leaf) => ({ property: leaf.property, test: testJson(leaf.test) }));

export function eventsJson(events: EventSet): JsonValue {
  switch (events.kind) {
    case 'any':
      return 'any';
    case 'named':
      return events.names;
    case 'spelled':
      return { spelled: events.letters };
    default:
      return { ...events };
  }
}

export function seriesJson(series: SeriesDefinition): JsonObject {
  return {
    events: eventsJson(series.events),
    where: filterJson(series.where),
    measure: { ...series.measure },
    per_user: series.perUser,
  };
}

export const windowJson = (window: Window): JsonValue => ({ ...window });

/** The same test, its alternatives in one order and each once, so that equal filters are equal series. */
export function canonicalTest(test: Test): Test {
  if (test.op === 'in') return { op: 'in', values: sorted(test.values, (value) => ({ ...value })) };
  if (test.op === 'not') return { op: 'not', tests: sorted(test.tests.map(canonicalTest), writeTest) };
  return test;
}

function sorted<T>(values: readonly T[], toJson: (value: T) => JsonValue): readonly T[] {
  const keyed = new Map(values.map((value) => [canonicalJson(toJson(value)), value]));
  return [...keyed].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value);
}
