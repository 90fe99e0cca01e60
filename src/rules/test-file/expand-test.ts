// A test as messages of the event log: traits and memberships of its people, and every single event.
import type { JsonObject } from '../../model/json.ts';
import { type Day, type EpochMillis, startOfDay } from '../../model/time.ts';
import { daysOf } from './expand-occurrence.ts';
import type { RuleTest, TestEvent } from './rule-test.ts';
import { accountStarts, earliest, firstDayOf, firstDayOfEvent } from './span-test.ts';

/** An envelope of the event log; times are milliseconds. */
export type TestMessage =
  | {
      readonly type: 'track';
      readonly id: string;
      readonly account_id?: string;
      readonly user_id?: string;
      readonly event: string;
      readonly timestamp: EpochMillis;
      readonly properties: JsonObject;
    }
  | {
      readonly type: 'identify';
      readonly id: string;
      readonly user_id: string;
      readonly timestamp: EpochMillis;
      readonly traits: JsonObject;
    }
  | {
      readonly type: 'group';
      readonly id: string;
      readonly account_id: string;
      readonly user_id?: string;
      readonly timestamp: EpochMillis;
      readonly traits: JsonObject;
    };

/** What stands before ids, so that tests share a database unseen by each other. */
export interface IdPrefixes {
  /** Before those of accounts and messages. */
  readonly own: string;
  readonly users: string;
}

/** Ids of messages rise in the order written: of two events at one instant the later line is the later event. */
export function* expandTest(test: RuleTest, prefixes: IdPrefixes): Generator<TestMessage> {
  const writer = new MessageWriter(test, prefixes);
  const first = firstDayOf(test);
  const starts = accountStarts(test);
  for (const [account, { traits }] of test.accounts)
    yield writer.group(account, undefined, { at: writer.startOf(starts.get(account) ?? first), traits });
  const world = writer.startOf(earliest([first, ...starts.values()]));
  for (const [user, traits] of test.users) yield writer.identify(user, { at: world, traits });
  for (const { account, user, day } of [...memberships(test), ...idleMembers(test, starts)])
    yield writer.group(account, user, { at: writer.startOf(day), traits: {} });
  for (const [line, event] of test.events.entries()) yield* writer.event(event, line);
}

interface TestMembership {
  readonly account: string;
  readonly user: string;
  readonly day: Day;
}

/** A user belongs to an account from the day of the first event there on, unless an entry says when the user joins. */
function memberships(test: RuleTest): readonly TestMembership[] {
  const joined = new Set(
    test.events.flatMap((event) => (event.kind === 'joins' ? [key(event.account, event.user)] : [])),
  );
  const first = new Map<string, TestMembership>();
  for (const event of test.events) {
    if (event.kind !== 'usage' || event.account === undefined) continue;
    const { account } = event;
    const day = firstDayOfEvent(event, test);
    for (const user of event.users) {
      const known = first.get(key(account, user));
      if (known === undefined || day < known.day) first.set(key(account, user), { account, user, day });
    }
  }
  return [...first].filter(([pair]) => !joined.has(pair)).map(([, membership]) => membership);
}

/** A user who is listed and does nothing belongs to the only account from its beginning. */
function idleMembers(test: RuleTest, starts: ReadonlyMap<string, Day>): readonly TestMembership[] {
  const [only, second] = starts;
  if (only === undefined || second !== undefined) return [];
  const [account, day] = only;
  const seen = new Set(
    test.events.flatMap((event) =>
      event.kind === 'usage' ? event.users : event.kind === 'joins' ? [event.user] : [],
    ),
  );
  return [...test.users.keys()].filter((user) => !seen.has(user)).map((user) => ({ account, user, day }));
}

const key = (account: string, user: string): string => JSON.stringify([account, user]);

/** Events of a day are spread over its working hours. */
const [OPENS_MS, OPEN_MS] = [9 * 3_600_000, 8 * 3_600_000];

class MessageWriter {
  readonly #test: RuleTest;
  readonly #prefixes: IdPrefixes;
  readonly #starts = new Map<Day, EpochMillis>();
  #count = 0;

  constructor(test: RuleTest, prefixes: IdPrefixes) {
    this.#test = test;
    this.#prefixes = prefixes;
  }

  startOf(day: Day): EpochMillis {
    const known = this.#starts.get(day);
    if (known !== undefined) return known;
    const start = startOfDay(day, this.#test.timezone);
    this.#starts.set(day, start);
    return start;
  }

  group(
    account: string,
    user: string | undefined,
    { at, traits }: { readonly at: EpochMillis; readonly traits: JsonObject },
  ): TestMessage {
    const id = {
      account_id: this.#own(account),
      ...(user === undefined ? {} : { user_id: this.#user(user) }),
    };
    return { type: 'group', id: this.#nextId(), ...id, timestamp: at, traits };
  }

  identify(
    user: string,
    { at, traits }: { readonly at: EpochMillis; readonly traits: JsonObject },
  ): TestMessage {
    return { type: 'identify', id: this.#nextId(), user_id: this.#user(user), timestamp: at, traits };
  }

  *event(event: TestEvent, line: number): Generator<TestMessage> {
    switch (event.kind) {
      case 'account_traits':
        yield this.group(event.account, undefined, event);
        return;
      case 'user_traits':
        yield this.identify(event.user, event);
        return;
      case 'joins':
        yield this.group(event.account, event.user, { at: event.at, traits: {} });
        return;
      case 'usage':
        yield* this.#usage(event, line);
    }
  }

  *#usage(event: Extract<TestEvent, { kind: 'usage' }>, line: number): Generator<TestMessage> {
    const users = event.users.length === 0 ? [undefined] : event.users;
    const { when } = event;
    if (when.kind === 'instant') {
      for (const user of users) yield this.#track(event, user, when.at);
      return;
    }
    for (const day of daysOf(when)) {
      const opens = this.startOf(day) + OPENS_MS + (line % 1000);
      for (let index = 0; index < when.times; index++) {
        const at = (opens + Math.floor((index * OPEN_MS) / when.times)) as EpochMillis;
        for (const user of users) yield this.#track(event, user, at);
      }
    }
  }

  #track(
    { account, event, properties }: Extract<TestEvent, { kind: 'usage' }>,
    user: string | undefined,
    timestamp: EpochMillis,
  ): TestMessage {
    return {
      type: 'track',
      id: this.#nextId(),
      ...(account === undefined ? {} : { account_id: this.#own(account) }),
      ...(user === undefined ? {} : { user_id: this.#user(user) }),
      event,
      timestamp,
      properties,
    };
  }

  #own(id: string): string {
    return `${this.#prefixes.own}${id}`;
  }

  #user(id: string): string {
    return `${this.#prefixes.users}${id}`;
  }

  #nextId(): string {
    this.#count += 1;
    return `${this.#prefixes.own}${String(this.#count).padStart(8, '0')}`;
  }
}
