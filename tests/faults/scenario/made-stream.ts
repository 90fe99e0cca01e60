// Events that are the same for the same seed, and what they come to, counted plainly. Shares no code with what is
// held against it.
import { seededRandom } from '../seeded-random.ts';

export interface MadeEvent {
  readonly id: string;
  readonly account: string;
  readonly user: string;
  readonly event: string;
  /** ISO 8601 to the millisecond, UTC. */
  readonly at: string;
  readonly size: number;
  /** JSON of further properties, with a comma before it. */
  readonly more?: string;
}

export const FIRST_DAY = '2026-05-01';
const DAY_MILLIS = 86_400_000;
const ACCOUNTS = 60;
const USERS = 400;
const EVENTS = ['message_sent', 'file_shared', 'opened'] as const;

/** In the order of time, over this many days from FIRST_DAY on. */
export function makeEvents(options: {
  readonly seed: number;
  readonly count: number;
  readonly days: number;
}): readonly MadeEvent[] {
  const random = seededRandom(options.seed);
  const upTo = (end: number): number => Math.floor(random() * end);
  const moments = Array.from({ length: options.count }, () => upTo(options.days * DAY_MILLIS));
  moments.sort((a, b) => a - b);
  return moments.map((moment, n) => ({
    id: `e${n}`,
    account: `account-${upTo(ACCOUNTS)}`,
    user: `user-${upTo(USERS)}`,
    event: EVENTS[upTo(EVENTS.length)] ?? EVENTS[0],
    at: new Date(Date.parse(FIRST_DAY) + moment).toISOString(),
    size: upTo(1000),
  }));
}

/** As it stands on the topic. */
export function toLine(made: MadeEvent): string {
  const { id, account, user, event, at } = made;
  const envelope = { type: 'track', id, account_id: account, user_id: user, event, timestamp: at };
  return `${JSON.stringify(envelope).slice(0, -1)},"properties":${propertiesOf(made)}}`;
}

/** As text, so that nothing stands between what is meant and what is sent. */
export const propertiesOf = ({ size, more = '' }: MadeEvent): string => `{"size":${size}${more}}`;

export const dayAfter = (day: string, days = 1): string =>
  new Date(Date.parse(day) + days * DAY_MILLIS).toISOString().slice(0, 10);

interface DayCount {
  n: number;
  size: number;
  readonly people: Set<string>;
}

/** Metrics by name, each with the events that it is about; of the rules in `open-ground.ts`. */
const METRICS: Readonly<Record<string, readonly string[]>> = {
  messages: ['message_sent'],
  people: EVENTS,
  size: ['message_sent', 'file_shared'],
};

/** `metric account day n people size`, sorted; people only of the metric people, size only of size. */
export function recountDays(events: readonly MadeEvent[]): readonly string[] {
  const counts = new Map<string, DayCount>();
  for (const [metric, names] of Object.entries(METRICS)) {
    for (const { account, user, event, at, size } of events) {
      if (!names.includes(event)) continue;
      const key = `${metric} ${account} ${at.slice(0, 10)}`;
      const count = counts.get(key) ?? { n: 0, size: 0, people: new Set() };
      count.n++;
      if (metric === 'size') count.size += size;
      if (metric === 'people') count.people.add(user);
      counts.set(key, count);
    }
  }
  return [...counts].map(([key, { n, people, size }]) => `${key} ${n} ${people.size} ${size}`).sort();
}
