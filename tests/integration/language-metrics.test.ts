// The language's page on time, metrics and `where` (§2 and §3), a line at a time and at its edges, on a real engine.
// Values were counted by hand at the close of Sunday, 2026-05-31, the last day of a week and of a month.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestEngine, type TestEngine } from './support/engine.ts';
import { group, openProject, type Project, track } from './support/project.ts';

const LAST = '2026-05-31';

/** `was`: the day before, where that tells more. */
type Row = [says: string, metric: string, account: string, is: number | null, was?: number | null];

const ROWS: Row[] = [
  // §2, windows.
  ['Nd is the day of T and the N − 1 days before it', '{count: shot, window: 1d}', 'edge', 1, 2],
  ['Nd begins N − 1 days before the day of T', '{count: shot, window: 7d}', 'edge', 4, 3],
  ['Nw is 7N days', '{count: shot, window: 2w}', 'edge', 6, 6],
  ['1mo is this calendar month to date', '{count: shot, window: 1mo}', 'edge', 8, 7],
  ['Nmo is the month to date and the N − 1 months before', '{count: shot, window: 2mo}', 'edge', 9, 8],
  ['3mo reaches back to the first of March', '{count: shot, window: 3mo}', 'edge', 10, 9],
  ['ever is every day', '{count: shot, window: ever}', 'edge', 11, 10],
  ['first Nd is the account’s first N days', '{count: shot, window: first 30d}', 'edge', 1],
  ['and the next day is none of them', '{count: shot, window: first 31d}', 'edge', 2],
  [
    'first begins with the account, not with what its users did before',
    '{count: shot, window: first 1w}',
    'joined',
    1,
  ],
  ['first takes weeks', '{count: shot, window: first 4w}', 'edge', 1],
  ['since account.TRAIT starts at that date', '{count: shot, window: since account.trial}', 'edge', 6],
  ['since a date to come nothing has happened', '{count: shot, window: since account.renewal}', 'edge', 0],
  ['traits have their value at T', '{ratio: [account.seats, {count: shot, window: 1d}]}', 'edge', 9, 2],
  ['days begin and end in the project’s zone', '{count: late, window: 1d}', 'edge', 1, 0],
  // §3, counted.
  ['count has a list of names', '{count: [shot, late, gone], window: 7d}', 'edge', 5],
  ['any is every tracked event, and no change of a trait', '{count: any, window: 7d}', 'edge', 5],
  ['users are distinct', '{users: shot, window: ever}', 'edge', 2],
  ['users: the unknown are nobody', '{users: came, window: ever}', 'crowd', 8],
  ['users_gained: of this window and not the one before', '{users_gained: came, window: 7d}', 'crowd', 3],
  ['users_lost: of the one before and not this', '{users_lost: came, window: 7d}', 'crowd', 1],
  ['users_kept: of both', '{users_kept: came, window: 7d}', 'crowd', 1],
  ['the month before a month', '{users_lost: came, window: 1mo}', 'crowd', 1],
  ['is none of the two before', '{users_gained: came, window: 1mo}', 'crowd', 6],
  ['and begins on its first day, ends on its last', '{users_kept: came, window: 1mo}', 'crowd', 1],
  ['active_days are days with an event', '{active_days: shot, window: 7d}', 'edge', 3],
  ['half_life halves an event a time', '{count: shot, window: 2d, half_life: 1d}', 'edge', 2],
  ['distinct values are told apart as people see them', '{distinct: n, of: hit, window: ever}', 'hits', 4],
  ['p50 is the middle of the values', '{p50: x, of: load, window: ever}', 'loads', 50],
  ['p90 is above nine in ten', '{p90: x, of: load, window: ever}', 'loads', 90],
  ['p95 is above nineteen in twenty', '{p95: x, of: load, window: ever}', 'loads', 95],
  ['p99 is above 99 in a hundred', '{p99: x, of: load, window: ever}', 'loads', 99],
  ['sum without a value is 0', '{sum: x, of: load, window: 7d}', 'loads', 0],
  ['avg without a value in the window is missing', '{avg: x, of: load, window: 7d}', 'loads', null],
  ['min without a value in the window is missing', '{min: x, of: load, window: 7d}', 'loads', null],
  ['max without a value in the window is missing', '{max: x, of: load, window: 7d}', 'loads', null],
  ['p90 without a value in the window is missing', '{p90: x, of: load, window: 7d}', 'loads', null],
  ['last is the latest value of the window', '{last: n, of: hit, window: ever}', 'hits', 9],
  ['days_since_last counts calendar days', '{days_since_last: msg}', 'mover', 5, 4],
  ['days_since_first counts from the first', '{days_since_first: shot}', 'edge', 121, 120],
  ['days_since_last of what never happened is missing', '{days_since_last: gone}', 'edge', null],
  ['days_since_first of what never happened is missing', '{days_since_first: gone}', 'edge', null],
  ['days_since a date trait', '{days_since: account.trial}', 'edge', 13, 12],
  ['days_until a date trait', '{days_until: account.renewal}', 'edge', 1, 2],
  ['days_until is negative after it', '{days_until: account.trial}', 'edge', -13],
  // §3, streaks.
  ['a streak of days counts to 12', '{streak: beat}', 'steady', 12],
  ['a streak of weeks counts to 12', '{streak: weekly, unit: week}', 'steady', 12, 12],
  ['a streak of months counts to 12', '{streak: monthly, unit: month}', 'steady', 12, 12],
  ['the week of T is no closed unit before its last day', '{streak: anew, unit: week}', 'steady', 1, 0],
  ['the month of T is no closed unit before its last day', '{streak: anew, unit: month}', 'steady', 1, 0],
  ['a streak is in a row, newest first', '{streak: gap}', 'steady', 2, 1],
  ['a condition holds from the account’s first day on', '{streak: {shots: {lt: 99}}}', 'young', 5, 4],
  ['and at ends of weeks', '{streak: {shots: {lt: 99}}, unit: week}', 'young', 1, 0],
  ['and at ends of months', '{streak: {shots: {lt: 99}}, unit: month}', 'young', 1, 0],
  ['unknown is not held', '{streak: {account.no_text: x}}', 'young', 0],
  ['at the end of each unit a trait is what it was then', '{streak: {account.seats: 9}}', 'edge', 1, 0],
  // §3, made of other metrics.
  ['ratio divides the first by the second', '{ratio: [shots, account.seats]}', 'edge', 4 / 9, 3 / 4],
  ['min_denominator is enough', '{ratio: [shots, account.seats], min_denominator: 9}', 'edge', 4 / 9, null],
  [
    'below min_denominator a ratio is missing',
    '{ratio: [shots, account.seats], min_denominator: 10}',
    'edge',
    null,
  ],
  ['over 0 a ratio is missing', '{ratio: [account.seats, {count: gone, window: 7d}]}', 'edge', null],
  ['of what is missing a ratio is missing', '{ratio: [shots, account.nothing]}', 'edge', null],
  ['change is relative', '{change: {count: msg, window: 7d}, over: 7d}', 'mover', 0.5],
  ['over is the metric’s own window', '{change: {count: msg, window: 14d}}', 'mover', 0.25],
  ['change may be absolute', '{change: {count: msg, window: 7d}, as: absolute}', 'mover', 2],
  ['a change from 0 has no relation', '{change: {count: msg, window: 7d}, over: 14d}', 'mover', null],
  ['and a difference', '{change: {count: msg, window: 7d}, over: 14d, as: absolute}', 'mover', 6],
  ['min_base is enough', '{change: {count: msg, window: 7d}, min_base: 4}', 'mover', 0.5],
  ['below min_base a change is missing', '{change: {count: msg, window: 7d}, min_base: 5}', 'mover', null],
  ['from below 0 upwards is a rise', '{change: {sum: owed, of: owing, window: 7d}, over: 7d}', 'mover', 0.5],
  ['a change looks at traits as they were', '{change: account.seats, over: 1d, as: absolute}', 'edge', 5],
  ['just old enough for a change', '{change: {count: msg, window: 7d}, as: absolute}', 'old_enough', 1, null],
  ['too young for a change', '{change: {count: msg, window: 7d}, as: absolute}', 'too_young', null],
  [
    'a change whose base is missing',
    '{change: {ratio: [{count: msg, window: 7d}, {count: msg, window: 7d}]}, over: 14d}',
    'mover',
    null,
  ],
  ['the same weekday, by median and MAD', '{weekday_zscore: sun}', 'sunny', 4 / (1.4826 * 3)],
  [
    'just old enough for four weeks',
    '{weekday_zscore: sun, weeks: 4, min_base: 6}',
    'sunny',
    4 / (1.4826 * 3),
  ],
  ['too young for five weeks', '{weekday_zscore: sun, weeks: 5}', 'sunny', null],
  ['a median below min_base', '{weekday_zscore: sun, min_base: 7}', 'sunny', null],
  ['a deviation is 1 at least', '{weekday_zscore: same, weeks: 2}', 'sunny', 2],
  ['a trend of weeks over their mean', '{trend: msg, unit: week, window: 4w}', 'mover', -2 / 45, -0.5],
  ['without events there is no trend', '{trend: gone, unit: week, window: 4w}', 'mover', null],
  ['top_share is the most active user’s', '{top_share: shot, window: ever}', 'edge', 8 / 10],
  ['min_total is enough', '{top_share: shot, window: ever, min_total: 10}', 'edge', 8 / 10, null],
  ['one event is a total', '{top_share: late, window: 1d}', 'edge', 1, null],
  [
    'days_to_limit at the pace of 28 days',
    '{days_to_limit: {count: msg, window: ever}, limit: 30}',
    'mover',
    (28 * 12) / 18,
  ],
  ['is 0 at the limit', '{days_to_limit: {count: msg, window: ever}, limit: 18}', 'mover', 0],
  ['and there also where nothing grows', '{days_to_limit: {count: gone, window: ever}, limit: 0}', 'edge', 0],
  ['is missing without a limit', '{days_to_limit: shots, limit: account.nothing}', 'edge', null],
  ['is missing without growth', '{days_to_limit: {count: gone, window: ever}, limit: 5}', 'mover', null],
  [
    'takes a metric for a limit, as it is now',
    '{days_to_limit: shots, limit: account.seats}',
    'edge',
    (28 * 5) / 3,
  ],
  ['formula: missing outside coalesce', '{formula: "shots + account.nothing"}', 'edge', null],
  ['formula: not missing inside coalesce', '{formula: "shots + coalesce(account.nothing, 2)"}', 'edge', 6],
  ['formula: ÷ 0', '{formula: "shots / (shots - shots)"}', 'edge', null],
  ['formula: every sign', '{formula: "-(shots - 1) * 2 / 4 + max(1, min(7, abs(0 - 5)))"}', 'edge', 3.5],
  ['account.age_days counts from created_at', '{formula: "account.age_days"}', 'edge', 150],
  ['and else from the first day', '{formula: "account.age_days"}', 'young', 4],
  // §3, EVENT.
  [
    'a first value is no change, nor the same value again',
    '{count: account.plan, window: ever}',
    'changing',
    4,
  ],
  [
    'a change has from and to',
    '{count: account.plan, window: ever, where: {from: free, to: team}}',
    'changing',
    2,
  ],
  ['a trait goes away', '{count: account.plan, window: ever, where: {to: {exists: false}}}', 'changing', 1],
  ['and comes back', '{count: account.plan, window: ever, where: {from: {exists: false}}}', 'changing', 1],
  ['days since a change', '{days_since_last: account.plan}', 'changing', 2],
  ['a change of a user’s trait', '{count: user.role, window: ever}', 'changing', 3],
  ['has from and to', '{count: user.role, window: ever, where: {from: member, to: owner}}', 'changing', 2],
  ['and its user', '{users: user.role, window: ever}', 'changing', 2],
  ['who can be asked for', '{count: user.role, window: ever, where: {user_id: uma}}', 'changing', 2],
  ['a user of another account counts there', '{count: user.role, window: ever}', 'young', 0],
  // §3, where.
  ['where: a value', '{count: hit, window: ever, where: {n: 5}}', 'hits', 2],
  ['where: a text', '{count: hit, window: ever, where: {s: beta}}', 'hits', 1],
  ['where: true or false', '{count: hit, window: ever, where: {b: true}}', 'hits', 1],
  ['where: a date', '{count: hit, window: ever, where: {d: 2026-03-01}}', 'hits', 1],
  ['where: dates have an order', '{count: hit, window: ever, where: {d: {gt: 2026-03-01}}}', 'hits', 1],
  ['where: gt', '{count: hit, window: ever, where: {n: {gt: 5}}}', 'hits', 2],
  ['where: gte', '{count: hit, window: ever, where: {n: {gte: 5}}}', 'hits', 4],
  ['where: lt', '{count: hit, window: ever, where: {n: {lt: 7}}}', 'hits', 2],
  ['where: lte', '{count: hit, window: ever, where: {n: {lte: 7}}}', 'hits', 3],
  ['where: several tests all hold', '{count: hit, window: ever, where: {n: {gt: 5, lt: 9}}}', 'hits', 1],
  ['where: several properties all hold', '{count: hit, window: ever, where: {n: 5, s: alpha}}', 'hits', 1],
  ['where: between, both ends', '{count: hit, window: ever, where: {n: {between: [5, 7]}}}', 'hits', 3],
  ['where: in', '{count: hit, window: ever, where: {n: {in: [7, 9]}}}', 'hits', 2],
  [
    'where: not, and what is no number is no match',
    '{count: hit, window: ever, where: {n: {not: 5}}}',
    'hits',
    2,
  ],
  ['where: not in', '{count: hit, window: ever, where: {s: {not: {in: [alpha, beta]}}}}', 'hits', 1],
  ['where: contains', '{count: hit, window: ever, where: {s: {contains: et}}}', 'hits', 1],
  ['where: starts_with', '{count: hit, window: ever, where: {s: {starts_with: al}}}', 'hits', 1],
  ['where: ends_with', '{count: hit, window: ever, where: {s: {ends_with: ma}}}', 'hits', 1],
  ['where: exists', '{count: hit, window: ever, where: {s: {exists: true}}}', 'hits', 3],
  [
    'where: null and missing do not exist',
    '{count: hit, window: ever, where: {s: {exists: false}}}',
    'hits',
    4,
  ],
  ['where: a.b reaches into objects', '{count: hit, window: ever, where: {o.p.q: deep}}', 'hits', 1],
  ['where: user_id is the user', '{count: shot, window: ever, where: {user_id: bob}}', 'edge', 2],
  [
    'where: nobody has no user_id',
    '{count: shot, window: ever, where: {user_id: {exists: false}}}',
    'edge',
    1,
  ],
  [
    'where: user.TRAIT, as it is at T',
    '{count: shot, window: ever, where: {user.role: owner}}',
    'edge',
    8,
    0,
  ],
  [
    'where: user.TRAIT of nobody is missing',
    '{count: shot, window: ever, where: {user.role: {exists: false}}}',
    'edge',
    3,
  ],
  // §3, members.
  ['members belong, active or not', '{members: any}', 'edge', 3, 2],
  ['with a window, those who joined in it', '{members: any, window: 1mo}', 'edge', 2, 1],
];

/** Each once: equal metrics have one place in the results. */
const METRICS = [...new Set(['{count: shot, window: 7d}', ...ROWS.map(([, metric]) => metric)])];
const RULES = `metrics:\n${METRICS.map((metric, index) => `  ${index === 0 ? 'shots' : `m${index}`}: ${metric}\n`).join('')}`;

const noon = (day: string): string => `${day}T12:00:00Z`;
const day = (back: number): string =>
  new Date(Date.parse(noon(LAST)) - back * 86_400_000).toISOString().slice(0, 10);
const times = (count: number, event: () => object): object[] => Array.from({ length: count }, event);
const did = (account: string, event: string, days: readonly string[], user = 'ann') =>
  days.map((on) => track(account, user, event, noon(on)));
let messages = 0;
const identify = (user: string, role: string, on: string) => ({
  type: 'identify',
  id: `role${++messages}`,
  user_id: user,
  timestamp: noon(on),
  traits: { role },
});
const hit = (properties: object) => track('hits', 'ann', 'hit', noon('2026-05-10'), { properties });

const HISTORY = [
  // Everything at its edge: the first day, the first and last days of months, and the days around windows.
  group(
    'edge',
    { seats: 4, trial: '2026-05-18', renewal: '2026-06-01', created_at: '2026-01-01' },
    noon('2026-01-30'),
    'ann',
  ),
  group('edge', {}, noon('2026-05-02'), 'bob'),
  ...['ann', 'cy'].map((user) => group('edge', {}, noon(LAST), user)),
  group('edge', { seats: 9 }, noon(LAST)),
  group('edge', { seats: 50 }, noon('2026-06-01')),
  identify('ann', 'owner', LAST),
  identify('bob', 'owner', '2026-06-01'),
  ...did('edge', 'shot', [
    '2026-01-30',
    '2026-03-01',
    '2026-04-01',
    '2026-05-01',
    '2026-05-25',
    '2026-05-30',
    '2026-05-30',
    LAST,
  ]),
  ...did('edge', 'shot', ['2026-05-18', '2026-05-17'], 'bob'),
  track('edge', undefined, 'shot', noon('2026-05-18')),
  ...did('edge', 'shot', ['2026-06-01', '2026-06-02']),
  track('edge', 'ann', 'late', '2026-05-30T22:30:00Z'),
  ...['2026-05-18', '2026-05-25'].map((on) => track('crowd', 'a', 'came', noon(on))),
  ...['2026-05-17', LAST].map((on) => track('crowd', 'b', 'came', noon(on))),
  track('crowd', 'c', 'came', noon('2026-05-24')),
  track('crowd', 'd', 'came', noon('2026-05-25')),
  track('crowd', 'e', 'came', noon('2026-05-17')),
  track('crowd', 'f', 'came', noon('2026-04-01')),
  ...['2026-03-31', LAST].map((on) => track('crowd', 'g', 'came', noon(on))),
  ...['2026-04-30', '2026-05-01'].map((on) => track('crowd', 'h', 'came', noon(on))),
  track('crowd', undefined, 'came', noon(LAST)),
  // A life of more than twelve units of each kind.
  ...did(
    'steady',
    'beat',
    Array.from({ length: 14 }, (_, back) => day(back)),
  ),
  ...did(
    'steady',
    'weekly',
    Array.from({ length: 14 }, (_, back) => day(6 + 7 * back)),
  ),
  ...did('steady', 'monthly', [
    '2025-04-01',
    '2025-05-01',
    '2025-06-01',
    '2025-07-01',
    '2025-08-01',
    '2025-09-01',
    '2025-10-01',
    '2025-11-01',
    '2025-12-01',
    '2026-01-01',
    '2026-02-01',
    '2026-03-01',
    '2026-04-01',
    '2026-05-01',
  ]),
  ...did('steady', 'anew', ['2026-05-26']),
  ...did('steady', 'gap', [LAST, day(1), day(3), day(4)]),
  group('young', {}, noon('2026-05-27')),
  group('joined', {}, noon('2026-05-10'), 'zoe'),
  ...['2026-05-08', '2026-05-11'].map((on) => track(undefined, 'zoe', 'shot', noon(on))),
  ...[
    ['2026-05-05', 8],
    ['2026-05-19', 4],
    ['2026-05-26', 6],
  ].flatMap(([on, count]) => times(Number(count), () => track('mover', 'ann', 'msg', noon(String(on))))),
  group('mover', {}, noon('2026-03-01')),
  track('mover', 'ann', 'msg', noon('2026-06-01')),
  track('mover', 'ann', 'owing', noon('2026-05-20'), { properties: { owed: -4 } }),
  track('mover', 'ann', 'owing', noon('2026-05-26'), { properties: { owed: -2 } }),
  // Each just on one side of fourteen days.
  group('old_enough', {}, noon('2026-05-18')),
  group('too_young', {}, noon('2026-05-19')),
  ...['old_enough', 'too_young'].flatMap((account) => did(account, 'msg', ['2026-05-26'])),
  // Sundays: 10 against 2, 4, 8 and 20; and 5 against 3 and 3.
  group('sunny', {}, noon('2026-05-03')),
  ...[10, 2, 8, 20, 4].flatMap((count, back) =>
    times(count, () => track('sunny', 'ann', 'sun', noon(day(7 * back)))),
  ),
  ...[5, 3, 3].flatMap((count, back) =>
    times(count, () => track('sunny', 'ann', 'same', noon(day(7 * back)))),
  ),
  ...Array.from({ length: 100 }, (_, x) =>
    track('loads', 'ann', 'load', noon('2026-05-01'), { properties: { x: x + 1 } }),
  ),
  track('loads', 'ann', 'load', noon(LAST), { properties: { x: 'no number' } }),
  group('changing', { plan: 'free' }, noon('2026-05-01')),
  group('changing', { plan: 'free' }, noon('2026-05-22')),
  group('changing', { plan: 'team' }, noon('2026-05-23')),
  group('changing', { plan: null }, noon('2026-05-24')),
  group('changing', { plan: 'free' }, noon('2026-05-25')),
  group('changing', { plan: 'team' }, noon('2026-05-29')),
  group('changing', { plan: 'gone' }, noon('2026-06-01')),
  ...['uma', 'vic'].flatMap((user) => [
    group('changing', {}, noon('2026-05-01'), user),
    identify(user, 'member', '2026-05-02'),
    identify(user, 'owner', '2026-05-03'),
  ]),
  identify('uma', 'owner', '2026-05-04'),
  identify('uma', 'member', '2026-05-05'),
  hit({ n: 5, s: 'alpha', b: true, d: '2026-03-01', o: { p: { q: 'deep' } } }),
  hit({ n: 7, s: 'beta', b: false, d: '2026-04-01T10:00:00Z', o: { p: 'deep' } }),
  hit({ n: '5', s: 'gamma' }),
  hit({ n: 'many', s: null }),
  hit({ 'o.p.q': 'deep' }),
  hit({ 'o.p.q': 'deep' }),
  track('hits', 'ann', 'hit', '2026-05-10T13:00:00Z', { properties: { n: 9 } }),
];

const rounded = (value: number | null | undefined) =>
  value === null || value === undefined ? value : Number(value.toFixed(9));

describe('a line of the language’s page', () => {
  let engine: TestEngine;
  let project: Project;
  const values = new Map<string, readonly (number | null)[]>();

  beforeAll(async () => {
    engine = await startTestEngine();
    project = openProject(await engine.openDatabase(), 'Europe/Berlin');
    await project.ingest(HISTORY);
    await project.apply(RULES);
    for (const on of [day(1), LAST]) {
      await project.close(on);
      const rows = await project.rows(
        'SELECT account_id, metrics FROM results ORDER BY tick DESC LIMIT 1 BY account_id',
      );
      for (const row of rows) values.set(`${row.account_id} ${on}`, row.metrics as (number | null)[]);
    }
  });
  afterAll(() => engine?.stop());

  const of = (account: string, on: string, metric: string) =>
    values.get(`${account} ${on}`)?.[METRICS.indexOf(metric)];

  it.each(ROWS)('%s: %s', (_, metric, account, is, was) => {
    const found = of(account, LAST, metric);
    // Percentiles are held to one in a hundred.
    const whole = typeof found === 'number' && account === 'loads' ? Math.round(found) : found;
    expect(rounded(whole)).toBe(rounded(is));
    if (was !== undefined) expect(rounded(of(account, day(1), metric))).toBe(rounded(was));
  });
});
