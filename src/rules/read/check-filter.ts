// What `where` may ask of events that nobody sends: they have no properties of their own but `from` and `to`.
import type { Literal } from '../literal.ts';
import type { EventSet, Filter } from '../series.ts';
import type { Test } from '../test.ts';
import type { Reading } from './reading.ts';
import type { MapEntry, SourceNode } from './source.ts';

/** False after a problem was reported. `values` are those of a metric's fields, the filter under `where`. */
export function checkFilter(
  node: SourceNode,
  values: Readonly<Record<string, unknown>>,
  reading: Reading,
): boolean {
  const eventSets = Object.values(values).flatMap(ownEvents).filter(isMade);
  const entries = node.kind === 'map' ? node.entries : [];
  return entries.every((entry) => {
    const fault = eventSets.find((events) => !knows(events, entry.key));
    if (fault !== undefined) return reportUnknown(entry, fault, reading);
    for (const events of eventSets)
      if (events.kind === 'account_trait') noteTypes(events.trait, entry, values.where as Filter, reading);
    return true;
  });
}

/** A field holds an event set, a list of them, or one beside what else might stand there. */
const ownEvents = (value: unknown): readonly unknown[] =>
  typeof value === 'object' && value !== null && 'events' in value ? [value.events] : [value].flat();

type Made = Extract<EventSet, { kind: 'account_trait' | 'user_trait' | 'signal' | 'members' }>;

const MADE: readonly string[] = ['account_trait', 'user_trait', 'signal', 'members'];

const isMade = (value: unknown): value is Made =>
  typeof value === 'object' && value !== null && 'kind' in value && MADE.includes(String(value.kind));

function knows({ kind }: Made, property: string): boolean {
  const ofUser = property === 'user_id' || property.startsWith('user.');
  const ofChange = property === 'from' || property === 'to';
  switch (kind) {
    case 'account_trait':
      return ofChange;
    case 'user_trait':
      return ofChange || ofUser;
    case 'members':
      return ofUser;
    case 'signal':
      return false;
  }
}

const WHAT: Readonly<Record<Made['kind'], string>> = {
  account_trait: "a change of an account's trait",
  user_trait: "a change of a user's trait",
  members: 'a member',
  signal: 'the opening of a signal',
};

const HINTS: Readonly<Record<Made['kind'], string>> = {
  account_trait: 'it has "from" and "to"',
  user_trait: 'it has "from" and "to", and the user who changed: user.TRAIT and user_id',
  members: 'only user.TRAIT and user_id can be asked',
  signal: 'leave "where" out; put the condition into the rule itself',
};

function reportUnknown(entry: MapEntry, { kind }: Made, reading: Reading): false {
  reading.problems.add('M007', entry.keySpan, `${WHAT[kind]} has no "${entry.key}"`, HINTS[kind]);
  return false;
}

/** What a trait changes from and to are values of the trait. */
function noteTypes(trait: string, { key, value }: MapEntry, filter: Filter, reading: Reading): void {
  for (const { property, test } of filter) {
    if (property !== key) continue;
    for (const type of typesOf(test)) reading.traitType(trait, type, value.span);
  }
}

/** As of a trait in a condition: text and truth have an order only as what they are. */
function typesOf(test: Test): readonly Literal['type'][] {
  switch (test.op) {
    case 'equals':
      return [test.value.type];
    case 'in':
      return test.values.map(({ type }) => type);
    case 'between':
      return [test.low.type, test.high.type].filter(isOrdered);
    case 'not':
      return test.tests.flatMap(typesOf);
    case 'exists':
      return [];
    case 'contains':
    case 'starts_with':
    case 'ends_with':
      return ['text'];
    default:
      return [test.value.type].filter(isOrdered);
  }
}

const isOrdered = (type: Literal['type']): boolean => type === 'number' || type === 'date';
