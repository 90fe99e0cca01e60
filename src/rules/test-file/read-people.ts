// The accounts and users that a test lists: their traits, and since when an account is known.
import type { JsonObject } from '../../model/json.ts';
import type { Reading } from '../read/reading.ts';
import { entryOf, type MapEntry, type SourceNode } from '../read/source.ts';
import { readJsonObject } from './read-json.ts';
import { readDay } from './read-moment.ts';
import type { RuleTest, TestAccount } from './rule-test.ts';
import { firstDaysByAccount } from './span-test.ts';

type ReadOne<One> = (node: SourceNode, name: string, reading: Reading) => One | undefined;
type Named<One> = ReadonlyMap<string, One> | undefined;

/** Undefined after a problem was reported. */
export const readAccounts = (entry: MapEntry | undefined, reading: Reading): Named<TestAccount> =>
  readEach(entry, reading, readAccount);

/** Undefined after a problem was reported. */
export const readUsers = (entry: MapEntry | undefined, reading: Reading): Named<JsonObject> =>
  readEach(entry, reading, readTraits);

function readEach<One>(entry: MapEntry | undefined, reading: Reading, readOne: ReadOne<One>): Named<One> {
  if (entry === undefined) return new Map();
  const node = entry.value;
  if (node.kind !== 'map') {
    if (node.kind !== 'invalid')
      reading.problems.add('T011', node.span, `"${entry.key}" must be a map`, 'such as {acme: {plan: free}}');
    return undefined;
  }
  const each = node.entries.map(({ key, value }) => [key, readOne(value, key, reading)] as const);
  const read = each.flatMap(([key, one]) => (one === undefined ? [] : [[key, one] as const]));
  return read.length === each.length ? new Map(read) : undefined;
}

/** The one key of an account that is no trait. */
const FIRST_SEEN = 'first_seen';

function readAccount(node: SourceNode, name: string, reading: Reading): TestAccount | undefined {
  const seen = entryOf(node, FIRST_SEEN);
  const traits = readTraits(without(node, seen), name, reading);
  const firstSeen = seen && readDay(seen.value, reading, FIRST_SEEN);
  const sound = traits !== undefined && (seen === undefined || firstSeen !== undefined);
  return sound ? { traits, firstSeen } : undefined;
}

const readTraits = (node: SourceNode, name: string, reading: Reading): JsonObject | undefined =>
  readJsonObject(node, reading, `the traits of "${name}"`);

const without = (node: SourceNode, left: MapEntry | undefined): SourceNode =>
  node.kind === 'map' ? { ...node, entries: node.entries.filter((entry) => entry !== left) } : node;

/** What an account does, it is seen doing. */
export function isSeenInTime(test: RuleTest, entry: MapEntry | undefined, reading: Reading): boolean {
  const firstDays = firstDaysByAccount(test);
  let sound = true;
  for (const [account, { firstSeen }] of test.accounts) {
    const first = firstDays.get(account);
    if (firstSeen === undefined || first === undefined || firstSeen <= first) continue;
    const seen = entryOf(entryOf(entry?.value, account)?.value, FIRST_SEEN);
    const message = `"${account}" is first seen on ${firstSeen}, after its first event`;
    const hint = `write ${first} or earlier, or leave it out`;
    if (seen !== undefined) reading.problems.add('X012', seen.value.span, message, hint);
    sound = false;
  }
  return sound;
}
