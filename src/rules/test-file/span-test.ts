// Which days of a test are closed: from its first event, or its first account where it has none, to its last expectation.
import { type Day, dayOf } from '../../model/time.ts';
import { parseMoment } from './read-moment.ts';
import type { RuleTest, TestEvent } from './rule-test.ts';

/** The day of the first event; of the first account's `created_at` without one; else the first expected day. */
export function firstDayOf(test: RuleTest): Day {
  const events = test.events.map((event) => firstDayOfEvent(event, test));
  if (events.length > 0) return earliest(events);
  const created = [...test.accounts.keys()].map((account) => createdOn(account, test));
  const known = created.filter((day) => day !== undefined);
  return earliest(known.length > 0 ? known : test.expectations.map(({ day }) => day));
}

export const lastDayOf = (test: RuleTest): Day =>
  [firstDayOf(test), ...test.expectations.map(({ day }) => day)].sort().at(-1) as Day;

/** The day of the trait `created_at`, where it is a day or an instant. */
export function createdOn(account: string, { accounts, timezone }: RuleTest): Day | undefined {
  const created = accounts.get(account)?.created_at;
  const moment = typeof created === 'string' ? parseMoment(created, timezone) : undefined;
  return moment && (moment.day ?? dayOf(moment.at, timezone));
}

export function firstDayOfEvent(event: TestEvent, { timezone }: Pick<RuleTest, 'timezone'>): Day {
  if (event.kind !== 'usage') return dayOf(event.at, timezone);
  return event.when.kind === 'days' ? event.when.from : dayOf(event.when.at, timezone);
}

export const earliest = (days: readonly Day[]): Day => [...days].sort()[0] as Day;
