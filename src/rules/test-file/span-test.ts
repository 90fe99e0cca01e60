// Which days of a test are closed: from its first event, or its first account where it has none, to its last expectation.
import { type Day, dayOf } from '../../model/time.ts';
import { parseMoment } from './read-moment.ts';
import type { RuleTest, TestEvent } from './rule-test.ts';

/**
 * The day of the first event, however long before it accounts are there; that of the first account without one; else
 * the first expected day.
 */
export function firstDayOf(test: RuleTest): Day {
  const events = test.events.map((event) => firstDayOfEvent(event, test));
  if (events.length > 0) return earliest(events);
  const known = [...test.accounts.keys()].flatMap((account) => givenStart(account, test) ?? []);
  return earliest(known.length > 0 ? known : test.expectations.map(({ day }) => day));
}

export const lastDayOf = (test: RuleTest): Day =>
  [firstDayOf(test), ...test.expectations.map(({ day }) => day)].sort().at(-1) as Day;

/**
 * The day from whose start on each account is there, with its traits: its `first_seen`; else that of `created_at` or of
 * its first event, whichever is earlier; the test's first day without any.
 */
export function accountStarts(test: RuleTest): ReadonlyMap<string, Day> {
  const [first, own] = [firstDayOf(test), firstDaysByAccount(test)];
  const startOf = (account: string): Day => {
    const known = [givenStart(account, test), own.get(account)].filter((day) => day !== undefined);
    return known.length === 0 ? first : earliest(known);
  };
  return new Map([...test.accounts.keys()].map((account) => [account, startOf(account)]));
}

/** `first_seen`, which no event comes before; else the trait `created_at`, where it is a day or an instant. */
function givenStart(account: string, { accounts, timezone }: RuleTest): Day | undefined {
  const { firstSeen, traits } = accounts.get(account) ?? {};
  if (firstSeen !== undefined) return firstSeen;
  const created = traits?.created_at;
  const moment = typeof created === 'string' ? parseMoment(created, timezone) : undefined;
  return moment && (moment.day ?? dayOf(moment.at, timezone));
}

/** The day of each account's first event: of usage, of what is said of it, of whom is said to join it. */
export function firstDaysByAccount(test: Pick<RuleTest, 'events' | 'timezone'>): ReadonlyMap<string, Day> {
  const first = new Map<string, Day>();
  for (const event of test.events) {
    if (event.kind === 'user_traits' || event.account === undefined) continue;
    const day = firstDayOfEvent(event, test);
    first.set(event.account, earliest([day, first.get(event.account) ?? day]));
  }
  return first;
}

export function firstDayOfEvent(event: TestEvent, { timezone }: Pick<RuleTest, 'timezone'>): Day {
  if (event.kind !== 'usage') return dayOf(event.at, timezone);
  return event.when.kind === 'days' ? event.when.from : dayOf(event.when.at, timezone);
}

export const earliest = (days: readonly Day[]): Day => [...days].sort()[0] as Day;
