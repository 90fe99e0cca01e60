// Small random worlds: accounts, users in several of them, events that come twice, late, out of order, from the
// future, without account or user, traits that change and go, users that are joined, and what is taken back.
import { dayText } from '../reference/calendar.ts';
import type { Envelope, Plain, PlainMap } from '../reference/plain.ts';
import type { Choose } from './choose.ts';

export interface World {
  readonly name: string;
  /** What is received before the first close, and before each later one. */
  readonly batches: readonly (readonly Envelope[])[];
}

export interface WorldFrame {
  /** In front of every id, so that worlds of one database do not meet. */
  readonly name: string;
  readonly firstDay: number;
  readonly days: number;
  /** Whether users are joined, and things taken back. */
  readonly corrected: boolean;
}

export const EVENTS: readonly string[] = [
  'message_sent',
  'Report Exported!',
  "it's $5 {a} \\ ünïcode",
  'User Invited',
];

/** Never the name of a rule set's event: only `any` sees it. */
const STRAY_EVENT = 'page.viewed';

export function generateWorld(choose: Choose, frame: WorldFrame): World {
  const accounts = choose.times(
    choose.whole(2, 5),
    (index) => `${frame.name}_${['acme', "b'ob\\s", 'çedil', 'd d', 'e'][index]}`,
  );
  const users = choose.times(choose.whole(2, 5), (index) => `${frame.name}_u${index}`);
  const crew = { choose, frame, accounts, users, next: counter(frame.name) };
  const groups = accounts.flatMap((account) => groupsOf(crew, account));
  const identifies = users.flatMap((user) => identifiesOf(crew, user));
  const tracks = choose.times(choose.whole(0, 30) * accounts.length, () => track(crew));
  const sent = [...groups, ...identifies, ...tracks];
  const once = frame.corrected ? [...sent, ...correctionsOf(crew, sent)] : sent;
  const again = once.filter(() => choose.chance(8)).map((envelope) => repeat(crew, envelope));
  return { name: frame.name, batches: deal(crew, [...once, ...again]) };
}

interface Crew {
  readonly choose: Choose;
  readonly frame: WorldFrame;
  readonly accounts: readonly string[];
  readonly users: readonly string[];
  readonly next: () => string;
}

function counter(prefix: string): () => string {
  let last = 0;
  return () => `${prefix}-${++last}`;
}

/** Mostly near the closed days, some long before, some after them; often at the ends of days of some zone. */
function timestamp({ choose, frame }: Crew): string {
  const last = frame.firstDay + frame.days - 1;
  const day = choose.chance(60)
    ? choose.whole(frame.firstDay - 10, last)
    : choose.chance(85)
      ? choose.whole(frame.firstDay - 75, last)
      : choose.whole(last - 1, last + 6);
  const time = choose.chance(40)
    ? choose.of(
        '00:00:00.000',
        '23:59:59.999',
        '22:00:00.000',
        '23:00:00.000',
        '04:30:00.000',
        '05:00:00.000',
      )
    : `${pad(choose.whole(0, 23))}:${pad(choose.whole(0, 59))}:${pad(choose.whole(0, 59))}.${choose.of('000', '250')}`;
  return `${dayText(day)}T${time}Z`;
}

const pad = (value: number): string => String(value).padStart(2, '0');

function track(crew: Crew): Envelope {
  const { choose, accounts, users } = crew;
  const account = choose.chance(78) ? choose.of(...accounts) : undefined;
  const user = account === undefined || choose.chance(85) ? choose.of(...users) : undefined;
  return {
    type: 'track',
    id: crew.next(),
    ...(account === undefined ? {} : { account_id: account }),
    ...(user === undefined ? {} : { user_id: user }),
    event: choose.chance(92) ? choose.of(...EVENTS) : STRAY_EVENT,
    timestamp: timestamp(crew),
    properties: properties(crew),
  };
}

/** Texts that look like numbers, or nearly, and numbers of unusual size. */
const ODD_NUMBERS: readonly Plain[] = [
  ...[
    '1e3',
    ' 7',
    '7 ',
    '+5',
    '0x10',
    '1_000',
    '1,5',
    'Infinity',
    'NaN',
    '',
    '.5',
    '5.',
    '007',
    '-0',
    '1e400',
    '-3.25',
  ],
  ...[1e15, 123_456_789_012.125, -0.001, 1e21],
];
const ODD_DATES: readonly Plain[] = [
  ...[
    '2026-02-30',
    '2026-13-01',
    '2026-3-1',
    '2026-03-01junk',
    '2026-03-01T10:00',
    '2026-03-01 23:30:00',
    20260301,
  ],
  ...[
    '2026-03-01T25:00:00Z',
    '1837-10-28',
    '1950-06-01',
    '2199-01-01',
    '2500-01-01',
    '2026-03-01T23:30:00.123456-05:00',
  ],
];

/** Each is there more often than not, and not always what one would expect. */
function properties({ choose, frame }: Crew): PlainMap {
  const odd = (values: readonly Plain[], usual: Plain): Plain =>
    choose.chance(8) ? choose.of(...values) : usual;
  const all: PlainMap = {
    channel: choose.of('general', 'random', 'ops team', '', null),
    rows: odd(ODD_NUMBERS, choose.of(0, 1, 2, 3, 5, 8, 13, 100, 2.5, -4, '7', '12.5', 'many', null, true)),
    amount: choose.of(0.1, 0.2, 19.99, 1000, '3', -0.5),
    plan: { tier: choose.of('pro', 'basic', 3, null), limits: { seats: choose.of(1, 5, '5', 'x') } },
    due: odd(
      ODD_DATES,
      choose.of(
        dayText(frame.firstDay + choose.whole(-5, 5)),
        `${dayText(frame.firstDay)}T23:30:00Z`,
        'soon',
      ),
    ),
    flag: choose.of(true, false, 'true', 'no'),
  };
  return Object.fromEntries(Object.entries(all).filter(() => choose.chance(65)));
}

function groupsOf(crew: Crew, account: string): readonly Envelope[] {
  const { choose, users } = crew;
  return choose.times(choose.whole(0, 6), () => {
    const user = choose.chance(65) ? choose.of(...users) : undefined;
    return {
      type: 'group',
      id: crew.next(),
      account_id: account,
      ...(user === undefined ? {} : { user_id: user }),
      timestamp: timestamp(crew),
      traits: choose.chance(80) ? accountTraits(crew) : {},
    };
  });
}

function accountTraits({ choose, frame }: Crew): PlainMap {
  const date = () => {
    const day = dayText(frame.firstDay + choose.whole(-60, 20));
    if (choose.chance(8)) return choose.of(...ODD_DATES);
    return choose.of(day, day, `${day}T22:30:00Z`, `${day}T23:15:00+02:00`, 'unknown', null);
  };
  const all: PlainMap = {
    plan: choose.of('free', 'trial', 'team', null),
    seats: choose.chance(8) ? choose.of(...ODD_NUMBERS) : choose.of(0, 1, 3, 10, '4', 'many', null),
    created_at: date(),
    renewal: date(),
    active: choose.of(true, false, 'true', 'True', 1, null),
    name: choose.of('Acme & Söhne', 'Bob "the" Builder'),
  };
  return Object.fromEntries(Object.entries(all).filter(() => choose.chance(50)));
}

function identifiesOf(crew: Crew, user: string): readonly Envelope[] {
  const { choose } = crew;
  return choose.times(choose.whole(0, 4), () => {
    const all: PlainMap = {
      role: choose.of('owner', 'admin', 'Owner', 'member', null),
      level: choose.of(1, 2, 3, '2', 'none'),
      name: choose.of('Ann', 'Zoë'),
      email: `${user}@example.com`,
    };
    const traits = Object.fromEntries(Object.entries(all).filter(() => choose.chance(60)));
    return { type: 'identify', id: crew.next(), user_id: user, timestamp: timestamp(crew), traits };
  });
}

/** Chains, circles and stars of aliases; events, users and whole accounts taken back; accounts merged into others. */
function correctionsOf(crew: Crew, sent: readonly Envelope[]): readonly Envelope[] {
  const { choose, users, accounts } = crew;
  const aliases = choose.times(choose.whole(0, 4), (): Envelope => {
    const [user, previous] = [choose.of(...users), choose.of(...users)];
    const [user_id, previous_id] = user === previous ? [user, `${user}_anonymous`] : [user, previous];
    return { type: 'alias', id: crew.next(), user_id, previous_id, timestamp: timestamp(crew) };
  });
  const named = sent
    .filter(({ type }) => type === 'track' && choose.chance(6))
    .map((one) => retractOf(crew, one));
  const scoped = choose.times(choose.whole(0, 2), () => retractScope(crew));
  const merged = choose.chance(40) ? merge(crew, sent, [choose.of(...accounts), choose.of(...accounts)]) : [];
  return [...aliases, ...named, ...scoped, ...merged];
}

function retractOf(crew: Crew, { account_id, user_id, event, id, timestamp: at }: Envelope): Envelope {
  return {
    type: 'retract',
    id: crew.next(),
    ...(account_id === undefined ? {} : { account_id }),
    ...(user_id === undefined || (account_id !== undefined && crew.choose.chance(50)) ? {} : { user_id }),
    event: event ?? '',
    event_id: id,
    timestamp: crew.choose.chance(50) ? at : `${at.slice(0, 10)}T12:00:00.000Z`,
  };
}

function retractScope(crew: Crew): Envelope {
  const { choose, accounts, users } = crew;
  const account = choose.chance(60) ? choose.of(...accounts) : undefined;
  const user = account === undefined || choose.chance(50) ? choose.of(...users) : undefined;
  return {
    type: 'retract',
    id: crew.next(),
    ...(account === undefined ? {} : { account_id: account }),
    ...(user === undefined ? {} : { user_id: user }),
    ...(choose.chance(40) ? { event: choose.of(...EVENTS) } : {}),
    timestamp: timestamp(crew),
  };
}

/** Everything of one account up to a time is taken back, and said again of another, most of it with the same ids. */
function merge(
  crew: Crew,
  sent: readonly Envelope[],
  [from, into]: readonly [string, string],
): readonly Envelope[] {
  const { choose } = crew;
  if (from === into) return [];
  const until = choose.chance(60)
    ? `${dayText(crew.frame.firstDay + crew.frame.days + 9)}T00:00:00.000Z`
    : timestamp(crew);
  const again = sent
    .filter(({ account_id, timestamp: at }) => account_id === from && at <= until && choose.chance(90))
    .map((envelope) => ({
      ...envelope,
      account_id: into,
      id: choose.chance(80) ? envelope.id : crew.next(),
    }));
  return [{ type: 'retract', id: crew.next(), account_id: from, timestamp: until }, ...again];
}

/** The same id once more: word for word, or as an event that looks different now. */
function repeat(crew: Crew, envelope: Envelope): Envelope {
  const { choose } = crew;
  if (envelope.type !== 'track' || choose.chance(50)) return envelope;
  return {
    ...envelope,
    timestamp: choose.chance(70) ? `${envelope.timestamp.slice(0, 11)}12:00:00.000Z` : timestamp(crew),
    properties: properties(crew),
    ...(choose.chance(30) && envelope.account_id !== undefined ? { user_id: choose.of(...crew.users) } : {}),
  };
}

/** Most of it is there before the first close; the rest comes in before one of the others, in any order. */
function deal({ choose, frame }: Crew, envelopes: readonly Envelope[]): World['batches'] {
  const batches: Envelope[][] = choose.times(frame.days, () => []).map((batch) => [...batch]);
  for (const envelope of envelopes) {
    const batch = choose.chance(65) ? 0 : choose.whole(0, frame.days - 1);
    const into = batches[batch] ?? [];
    into.splice(choose.whole(0, into.length), 0, envelope);
  }
  return batches;
}
