// One entry under `events`: a line for many events of a kind, or a map for one event, for traits, or for who joined.
import type { JsonObject } from '../../model/json.ts';
import type { TimeZone } from '../../model/time.ts';
import { readMap, requireKeys } from '../read/read-map.ts';
import { readNumber, readScalar, readText } from '../read/read-scalar.ts';
import type { Reading } from '../read/reading.ts';
import type { MapEntry, MapNode, SourceNode } from '../read/source.ts';
import { MOST_TIMES, readEventLine, readUsers } from './read-event-line.ts';
import { readJsonObject } from './read-json.ts';
import { rangeFrom, readMoment } from './read-moment.ts';
import type { Occurrence, TestEvent } from './rule-test.ts';

const KEYS = ['account', 'user', 'event', 'at', 'times', 'properties', 'traits', 'remove'];
const WHAT = 'an event of a test';

interface EntryPlace {
  readonly node: MapNode;
  readonly entries: ReadonlyMap<string, MapEntry>;
  readonly reading: Reading;
  readonly zone: TimeZone;
}

/** One entry may be several events: traits of an account beside a user say that the user joins it. */
export function readTestEvent(node: SourceNode, reading: Reading, zone: TimeZone): readonly TestEvent[] {
  if (node.kind === 'scalar') {
    const event = readEventLine(node, reading);
    return event === undefined ? [] : [event];
  }
  const entries = readMap(node, reading, { what: WHAT, keys: KEYS });
  if (entries === undefined || node.kind !== 'map') return [];
  if (!requireKeys(node, entries, reading, { what: WHAT, keys: ['at'] })) return [];
  const place = { node, entries, reading, zone };
  return entries.has('event') ? readUsage(place) : readStatement(place);
}

function readUsage({ node, entries, reading, zone }: EntryPlace): readonly TestEvent[] {
  if (!only(['account', 'user', 'event', 'at', 'times', 'properties'], { node, entries, reading, zone }))
    return [];
  const account = readId(entries.get('account'), reading, 'account');
  const users = readUserIds(entries.get('user'), reading);
  const nameNode = entries.get('event')?.value;
  const event = nameNode && readText(nameNode, reading, 'event');
  const properties = readFields(entries.get('properties'), reading, 'properties');
  const when = readOccurrence({ node, entries, reading, zone });
  if (event === undefined || users === undefined || properties === undefined || when === undefined) return [];
  if (account === undefined && users.length === 0) {
    if (!entries.has('account'))
      reading.problems.add('T013', node.span, `${WHAT} needs the key "account", or "user", or both`);
    return [];
  }
  return [{ kind: 'usage', account, users, event, properties, when }];
}

/** `at: FROM..TO` and `times` make a series of the same event. */
function readOccurrence({ entries, reading, zone }: EntryPlace): Occurrence | undefined {
  const at = entries.get('at')?.value;
  const timesNode = entries.get('times')?.value;
  if (at === undefined) return undefined;
  const range = { what: 'times', min: 1, max: MOST_TIMES };
  const times = timesNode === undefined ? 1 : readNumber(timesNode, reading, range);
  if (times !== undefined && !Number.isInteger(times)) {
    reading.problems.add('V004', timesNode?.span ?? at.span, `times cannot be ${times}`, 'a whole number');
    return undefined;
  }
  if (at.kind === 'scalar' && at.raw.includes('..')) {
    const days = rangeFrom(at.raw, at.span, reading);
    return days === undefined || times === undefined
      ? undefined
      : { kind: 'days', ...days, times, per: 'day' };
  }
  const moment = readMoment(at, reading, zone);
  if (moment === undefined || times === undefined) return undefined;
  const { day } = moment;
  if (day !== undefined) return { kind: 'days', from: day, to: day, times, per: 'day' };
  if (timesNode === undefined) return { kind: 'instant', at: moment.at };
  reading.problems.add('X003', timesNode.span, '"times" does not go with an instant', 'write "at" as a day');
  return undefined;
}

/** Traits from an instant on, and who belongs to an account. */
function readStatement(place: EntryPlace): readonly TestEvent[] {
  const { entries, reading, zone } = place;
  if (!only(['account', 'user', 'at', 'traits', 'remove'], place)) return [];
  const atNode = entries.get('at')?.value;
  const at = atNode && readMoment(atNode, reading, zone)?.at;
  const account = readId(entries.get('account'), reading, 'account');
  const users = readUserIds(entries.get('user'), reading);
  const traits = readTraits(place);
  if (at === undefined || users === undefined || traits === undefined) return [];
  const says = entries.has('traits') || entries.has('remove');
  if (account === undefined && entries.has('account')) return [];
  if (account === undefined)
    return says && users.length > 0
      ? users.map((user): TestEvent => ({ kind: 'user_traits', user, traits, at }))
      : refuse(place);
  if (!says && users.length === 0) return refuse(place);
  const joins = users.map((user): TestEvent => ({ kind: 'joins', account, user, at }));
  return says ? [{ kind: 'account_traits', account, traits, at }, ...joins] : joins;
}

/** A misspelt key has been told already. */
function refuse({ node, entries, reading }: EntryPlace): readonly TestEvent[] {
  if (node.entries.length > entries.size) return [];
  reading.problems.add(
    'X003',
    node.span,
    'this says neither what was done nor what is true from then on',
    '{account, user, event, at} is an event, {account, traits, at} or {user, traits, at} sets traits, {account, user, at} joins',
  );
  return [];
}

/** What one kind of entry has no use for. */
function only(keys: readonly string[], { entries, reading }: EntryPlace): boolean {
  const strays = [...entries.values()].filter(({ key }) => !keys.includes(key));
  for (const { key, keySpan } of strays) {
    const hint = `an entry with "event" has properties, one without sets traits`;
    reading.problems.add('X003', keySpan, `"${key}" does not belong to this kind of event`, hint);
  }
  return strays.length === 0;
}

function readTraits({ entries, reading }: EntryPlace): JsonObject | undefined {
  const set = readFields(entries.get('traits'), reading, 'traits');
  const removed = readRemoved(entries.get('remove')?.value, reading);
  return set === undefined || removed === undefined
    ? undefined
    : { ...Object.fromEntries(removed.map((trait) => [trait, null])), ...set };
}

function readRemoved(node: SourceNode | undefined, reading: Reading): readonly string[] | undefined {
  if (node === undefined) return [];
  const items = node.kind === 'list' ? node.items : [node];
  const names = items.map((item) => readText(item, reading, 'a trait of "remove"'));
  const read = names.filter((name) => name !== undefined);
  return read.length === names.length ? read : undefined;
}

const readFields = (entry: MapEntry | undefined, reading: Reading, what: string): JsonObject | undefined =>
  entry === undefined ? {} : readJsonObject(entry.value, reading, what);

/** Undefined when it is absent, too. */
function readId(entry: MapEntry | undefined, reading: Reading, what: string): string | undefined {
  return entry === undefined ? undefined : readScalar(entry.value, reading, what)?.raw;
}

function readUserIds(entry: MapEntry | undefined, reading: Reading): readonly string[] | undefined {
  if (entry === undefined) return [];
  const text = readId(entry, reading, 'user');
  return text === undefined ? undefined : readUsers({ text, span: entry.value.span }, reading);
}
