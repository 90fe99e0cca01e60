// One test of a file: its accounts, its users, what happened, and what is expected.
import { daysBetween, parseTimeZone, type TimeZone } from '../../model/time.ts';
import { readMap, requireKeys } from '../read/read-map.ts';
import { readText } from '../read/read-scalar.ts';
import type { Reading } from '../read/reading.ts';
import {
  entryOf,
  type MapEntry,
  type MapNode,
  positionOf,
  type SourceNode,
  type Span,
} from '../read/source.ts';
import type { Ruleset } from '../ruleset.ts';
import { countEvents } from './expand-occurrence.ts';
import { readExpectation, reportAccount } from './read-expectation.ts';
import { MOST_TEST_DAYS } from './read-moment.ts';
import { isSeenInTime, readAccounts, readUsers } from './read-people.ts';
import { readTestEvent } from './read-test-event.ts';
import type { Expectation, RuleTest, TestAccount, TestEvent } from './rule-test.ts';
import { firstDayOf } from './span-test.ts';

export interface TestPlace {
  readonly reading: Reading;
  readonly ruleset: Ruleset;
  readonly timezone: TimeZone;
  /** Names of the file's tests so far, with their lines. */
  readonly known: Map<string, number>;
}

const KEYS = ['name', 'timezone', 'accounts', 'users', 'events', 'expect'];
/** Of one test: more than this is a load test. */
const MOST_EVENTS = 200_000;

/** Undefined after a problem was reported. */
export function readRuleTest(node: SourceNode, place: TestPlace): RuleTest | undefined {
  const { reading, ruleset } = place;
  const entries = readMap(node, reading, { what: 'a test', keys: KEYS });
  if (entries === undefined || node.kind !== 'map') return undefined;
  const complete = requireKeys(node, entries, reading, { what: 'a test', keys: ['name', 'expect'] });
  const nameNode = entries.get('name')?.value;
  const name = nameNode && readName(nameNode, place);
  const timezone = readZone(entries.get('timezone'), place);
  const declared = readAccounts(entries.get('accounts'), reading);
  const users = readUsers(entries.get('users'), reading);
  if (timezone === undefined) return undefined;
  const events = readEvents(entries.get('events'), { reading, timezone, declared });
  const accounts = withMentioned(declared ?? new Map(), events ?? []);
  const expectations = readExpectations(entries.get('expect'), {
    reading,
    ruleset,
    accounts: declared === undefined || events === undefined ? undefined : [...accounts.keys()],
  });
  if (!complete || name === undefined || nameNode === undefined) return undefined;
  if (declared === undefined || users === undefined || events === undefined || expectations === undefined)
    return undefined;
  const position = positionOf(nameNode.span);
  const test = { name, position, timezone, accounts, users, events, expectations };
  const seen = isSeenInTime(test, entries.get('accounts'), reading);
  return isBounded(test, node, reading) && seen ? test : undefined;
}

function readName(node: SourceNode, { reading, known }: TestPlace): string | undefined {
  const name = readText(node, reading, 'name');
  if (name === undefined) return undefined;
  const first = known.get(name);
  if (first === undefined) known.set(name, positionOf(node.span).line);
  else
    reading.problems.add(
      'X009',
      node.span,
      `two tests are called "${name}"`,
      `the first is in line ${first}`,
    );
  return name;
}

function readZone(entry: MapEntry | undefined, { reading, timezone }: TestPlace): TimeZone | undefined {
  if (entry === undefined) return timezone;
  const name = readText(entry.value, reading, 'timezone');
  if (name === undefined) return undefined;
  try {
    return parseTimeZone(name);
  } catch {
    const message = `no time zone is called "${name}"`;
    reading.problems.add('T014', entry.value.span, message, 'write UTC, or such as Europe/Berlin');
    return undefined;
  }
}

interface EventsPlace {
  readonly reading: Reading;
  readonly timezone: TimeZone;
  /** Undefined where they are faulty. */
  readonly declared: ReadonlyMap<string, TestAccount> | undefined;
}

/** Where a test lists its accounts, an event of another one is a slip. */
function readEvents(entry: MapEntry | undefined, place: EventsPlace): readonly TestEvent[] | undefined {
  if (entry === undefined) return [];
  const { reading, timezone, declared } = place;
  const node = entry.value;
  if (node.kind !== 'list') {
    const hint = 'such as - acme ann message_sent 100/day 2025-06-01..2025-06-20';
    if (node.kind !== 'invalid') reading.problems.add('T011', node.span, '"events" must be a list', hint);
    return undefined;
  }
  let sound = true;
  const accounts = [...(declared?.keys() ?? [])];
  const events = node.items.flatMap((item) => {
    const read = readTestEvent(item, reading, timezone);
    if (read.length === 0) sound = false;
    for (const account of accounts.length === 0 ? [] : accountsOf(read)) {
      if (declared?.has(account)) continue;
      sound = false;
      reportAccount(account, spanOfAccount(item, account), { reading, accounts });
    }
    return read;
  });
  return sound ? events : undefined;
}

const accountsOf = (events: readonly TestEvent[]): readonly string[] => [
  ...new Set(
    events.flatMap((event) =>
      event.kind === 'user_traits' || event.account === undefined ? [] : [event.account],
    ),
  ),
];

/** The account of an entry, or the beginning of its line. */
function spanOfAccount(item: SourceNode, account: string): Span {
  const entry = entryOf(item, 'account');
  if (entry !== undefined) return entry.value.span;
  return { ...item.span, end: Math.min(item.span.end, item.span.start + account.length) };
}

function withMentioned(
  declared: ReadonlyMap<string, TestAccount>,
  events: readonly TestEvent[],
): ReadonlyMap<string, TestAccount> {
  const accounts = new Map(declared);
  for (const account of accountsOf(events))
    if (!accounts.has(account)) accounts.set(account, { traits: {}, firstSeen: undefined });
  return accounts;
}

function readExpectations(
  entry: MapEntry | undefined,
  place: Parameters<typeof readExpectation>[1],
): readonly Expectation[] | undefined {
  if (entry === undefined) return undefined;
  const node = entry.value;
  if (node.kind !== 'list' || node.items.length === 0) {
    const hint = 'such as - {day: 2025-06-20, RULE: open}';
    if (node.kind !== 'invalid')
      place.reading.problems.add(node.kind === 'list' ? 'X005' : 'T011', node.span, EMPTY, hint);
    return undefined;
  }
  const read = node.items.map((item) => readExpectation(item, place));
  const sound = read.filter((expectation) => expectation !== undefined);
  return sound.length === read.length ? sound : undefined;
}

const EMPTY = '"expect" must be a list of what holds on which day';

/** Nothing is expected of days before the first close, and nothing takes for ever. */
function isBounded(test: RuleTest, node: MapNode, reading: Reading): boolean {
  const list = entryOf(node, 'expect')?.value;
  const items = list?.kind === 'list' ? list.items : [];
  const first = firstDayOf(test);
  let sound = true;
  for (const [index, { day }] of test.expectations.entries()) {
    const span = items[index]?.span ?? node.span;
    if (day < first) {
      const from = test.events.length > 0 ? 'event' : 'account';
      const hint = `it closes days from its first ${from} on: expect ${first} or later, or begin earlier`;
      reading.problems.add('X010', span, `the test does not close ${day}`, hint);
      sound = false;
    } else if (daysBetween(first, day) >= MOST_TEST_DAYS) {
      const hint = `it closes days from ${first} on`;
      reading.problems.add('X011', span, `the test closes more than ${MOST_TEST_DAYS} days`, hint);
      sound = false;
    }
  }
  const events = countEvents(test.events);
  if (events <= MOST_EVENTS) return sound;
  const hint = 'fewer a day, fewer users or fewer days show the same';
  reading.problems.add('X011', node.span, `the test has more than ${MOST_EVENTS} events`, hint);
  return false;
}
