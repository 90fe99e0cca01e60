// Every kind of metric on a real engine, over a small history whose values were counted by hand. Days are those of
// Berlin, where the clocks go forward on 2026-03-29.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestEngine, type TestEngine } from './support/engine.ts';
import { group, openProject, type Project, track } from './support/project.ts';

const METRICS = {
  gained: '{users_gained: message_sent, window: 7d}',
  lost: '{users_lost: message_sent, window: 7d}',
  kept: '{users_kept: message_sent, window: 7d}',
  gained_mo: '{users_gained: message_sent, window: 1mo}',
  lost_mo: '{users_lost: message_sent, window: 1mo}',
  kept_mo: '{users_kept: message_sent, window: 1mo}',
  kept_before: '{change: {users_kept: message_sent, window: 7d}, over: 7d, as: absolute}',
  people: '{members: any}',
  joined: '{members: any, window: 1mo}',
  owners: '{members: any, where: {user.role: owner}}',
  ann: '{members: any, where: {user_id: ann}}',
  repos: '{distinct: repo, of: search_run, window: ever}',
  repos_7: '{distinct: repo, of: search_run, window: 7d}',
  used: '{features: [search_run, [report_exported, message_sent], account.plan, never_sent], window: 28d}',
  used_7: '{features: [search_run, [report_exported, message_sent], account.plan], window: 7d}',
  weeks: '{active_weeks: any, window: 4w}',
  weeks_6: '{active_weeks: any, window: 6d}',
  days: '{active_days: any, window: 4w}',
  mean: '{avg: ms, of: search_run, window: ever}',
  least: '{min: ms, of: search_run, window: ever}',
  most: '{max: ms, of: search_run, window: ever}',
  latest: '{last: ms, of: search_run, window: ever}',
  latest_7: '{last: ms, of: search_run, window: 7d}',
  latest_owner: '{last: ms, of: search_run, window: ever, where: {user.role: owner}}',
  half: '{p50: ms, of: search_run, window: ever}',
  high: '{p90: ms, of: search_run, window: ever}',
  higher: '{p95: ms, of: search_run, window: ever}',
  highest: '{p99: ms, of: search_run, window: ever}',
  half_7: '{p50: ms, of: search_run, window: 7d}',
  trial_for: '{days_since: account.trial_started}',
  renews_in: '{days_until: account.renews_at}',
  since_nothing: '{days_since: account.nothing}',
  slope: '{trend: message_sent, window: 7d}',
  slope_w: '{trend: message_sent, unit: week, window: 5w}',
  slope_ever: '{trend: message_sent, window: ever}',
  slope_none: '{trend: never_sent, window: 7d}',
  slope_short: '{trend: message_sent, unit: week, window: 7d}',
  top: '{top_share: message_sent, window: 4w}',
  top_many: '{top_share: message_sent, window: 4w, min_total: 100}',
  unusual: '{weekday_zscore: message_sent, weeks: 3}',
  unusual_4: '{weekday_zscore: message_sent}',
  unusual_base: '{weekday_zscore: message_sent, weeks: 3, min_base: 2}',
  full_in: '{days_to_limit: {count: message_sent, window: ever}, limit: account.quota}',
  full_at_5: '{days_to_limit: {count: message_sent, window: ever}, limit: 5}',
  full_never: '{days_to_limit: {count: never_sent, window: ever}, limit: 5}',
  changes: '{count: account.plan, window: ever}',
  upgrades: '{count: account.plan, window: ever, where: {from: free, to: {in: [team, enterprise]}}}',
  role_changes: '{count: user.role, window: ever}',
  since_trial: '{count: message_sent, window: since account.trial_started}',
  since_nowhere: '{count: message_sent, window: since account.nothing}',
  first_week: '{count: message_sent, window: first 7d}',
  month: '{count: message_sent, window: 1mo}',
  owner_messages: '{count: message_sent, window: ever, where: {user.role: owner}}',
  fading: '{count: message_sent, window: ever, half_life: 7d}',
  fading_14: '{count: message_sent, window: 14d, half_life: 1d}',
  words: '{count: search_run, window: ever, where: {ms: {starts_with: sl}}}',
  of_a: '{count: search_run, window: ever, where: {repo: {ends_with: a}}}',
  of_mid: '{count: search_run, window: ever, where: {ms: {contains: lo}}}',
  not_words: '{count: search_run, window: ever, where: {ms: {not: {ends_with: w}}}}',
  in_a_row: '{streak: message_sent}',
  weeks_in_a_row: '{streak: message_sent, unit: week}',
  months_in_a_row: '{streak: message_sent, unit: month}',
  bob_weeks: '{streak: message_sent, unit: week, where: {user_id: bob}}',
  none_in_a_row: '{streak: never_sent, unit: month}',
  days_held: '{streak: {month: {gte: 1}}}',
  weeks_held: '{streak: {weekly: {gte: 1}}, unit: week}',
  months_held: '{streak: {account.plan: {in: [free, team]}}, unit: month}',
  months_calm: '{streak: {weekly: {lt: 100}}, unit: month}',
  always: '{streak: {account.age_days: {gte: 0}}}',
  unknown_held: '{streak: {account.no_text: free}}',
  streak_before: '{change: in_a_row, over: 7d, as: absolute}',
  held_before: '{change: days_held, over: 7d, as: absolute}',
  weekly: '{count: message_sent, window: 7d}',
  per_person: '{formula: "weekly / max(people, 1)"}',
  signed: '{formula: "-(weekly - 2 * people) + account.quota / 10 - 0.5"}',
  nothing_plus: '{formula: "weekly + since_nothing"}',
  or_else: '{formula: "coalesce(since_nothing, account.no_number, weekly * 2)"}',
  by_zero: '{formula: "weekly / (people - 3)"}',
  smallest: '{formula: "min(weekly, people, 4)"}',
  smallest_null: '{formula: "min(weekly, since_nothing)"}',
  far: '{formula: "abs(people - weekly * 2)"}',
  aged: '{formula: "account.age_days / 2"}',
  huge: '{formula: "min(weekly * 99999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999 * 9999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999, 5)"}',
  long: '{formula: "LONG"}',
} as const;

/** What cannot stand in a change, or whose change is written out. */
const UNCHANGED: readonly string[] = ['kept', 'in_a_row', 'days_held'];
const CHANGED = Object.keys(METRICS).filter((name) => !UNCHANGED.includes(name) && !name.endsWith('_before'));
const CHANGES = Object.fromEntries(
  CHANGED.map((name) => [`${name}_change`, `{change: ${name}, over: 7d, as: absolute}`]),
);

const RULES = `metrics:\n${Object.entries({ ...METRICS, ...CHANGES })
  .map(([name, definition]) => `  ${name}: ${definition}\n`)
  .join('')}`.replace('LONG', Array.from({ length: 99 }, () => 'weekly').join(' + '));

/** Noon in Berlin: no day depends on the hour. */
const noon = (day: string): string => `${day}T11:00:00Z`;

const HISTORY = [
  group('acme', { plan: 'free', trial_started: '2026-03-10', quota: 50 }, '2026-03-02T09:00:00Z', 'ann'),
  group('acme', { plan: 'team', renews_at: '2026-04-09T22:30:00Z' }, noon('2026-03-30')),
  group('acme', { plan: 'team' }, noon('2026-03-31')),
  group('acme', {}, noon('2026-03-20'), 'bob'),
  group('acme', {}, noon('2026-04-02'), 'cy'),
  { type: 'identify', id: 'i1', user_id: 'ann', timestamp: noon('2026-03-02'), traits: { role: 'member' } },
  { type: 'identify', id: 'i2', user_id: 'ann', timestamp: noon('2026-03-25'), traits: { role: 'owner' } },
  // Before midnight in UTC, on the 29th in Berlin.
  track('acme', 'ann', 'message_sent', '2026-03-28T23:30:00Z'),
  track('acme', 'ann', 'message_sent', noon('2026-03-08')),
  track('acme', 'bob', 'message_sent', noon('2026-03-22')),
  track('acme', 'bob', 'message_sent', noon('2026-03-27')),
  track('acme', 'ann', 'message_sent', noon('2026-03-31')),
  track('acme', 'ann', 'message_sent', noon('2026-04-04')),
  track('acme', 'cy', 'message_sent', noon('2026-04-05')),
  track('acme', 'cy', 'message_sent', noon('2026-04-05')),
  track('acme', undefined, 'message_sent', noon('2026-04-05')),
  track('acme', 'ann', 'search_run', noon('2026-03-20'), { properties: { repo: 'a', ms: 100 } }),
  track('acme', 'bob', 'search_run', noon('2026-03-20'), { properties: { repo: 'b', ms: '300' } }),
  track('acme', 'bob', 'search_run', noon('2026-03-21'), { properties: { repo: null, ms: 200 } }),
  track('acme', 'bob', 'search_run', noon('2026-03-22'), { properties: { repo: 'a', ms: 'slow' } }),
  // Beyond the first close, which sees none of it.
  ...['04-13', '04-14', '04-16', '04-19', '04-20', '04-23', '04-24'].flatMap((day, index) => [
    track('acme', index % 3 === 0 ? 'bob' : 'ann', 'message_sent', noon(`2026-${day}`)),
    track('acme', 'cy', 'search_run', noon(`2026-${day}`), { properties: { repo: day, ms: 10 * index } }),
  ]),
  // Nobody's account: bob's first one is acme.
  track(undefined, 'bob', 'message_sent', noon('2026-04-24')),
  group('acme', { plan: 'free', renews_at: '2026-06-01' }, noon('2026-04-22')),
  { type: 'identify', id: 'i3', user_id: 'bob', timestamp: noon('2026-04-21'), traits: { role: 'owner' } },
  group('bare', { name: 'Bare' }, '2026-03-02T09:00:00Z'),
];

const round9 = (value: number): number => Number(value.toFixed(9));

/** At the close of Sunday, 2026-04-05. */
const AT_SUNDAY: Record<keyof typeof METRICS, number | null> = {
  // ann and cy since the 30th, ann and bob in the week before; April against March is the same.
  gained: 1,
  lost: 1,
  kept: 1,
  gained_mo: 1,
  lost_mo: 1,
  kept_mo: 1,
  // bob a week before: from the 16th to the 29th.
  kept_before: 0,
  people: 3,
  joined: 1,
  owners: 1,
  ann: 1,
  repos: 2,
  repos_7: 0,
  used: 3,
  used_7: 2,
  weeks: 3,
  // From Tuesday to Sunday.
  weeks_6: 1,
  days: 8,
  mean: 200,
  least: 100,
  most: 300,
  latest: 200,
  latest_7: null,
  latest_owner: 100,
  // Of 100, 200 and 300, rounded to tens: they are held to one in a hundred.
  half: 200,
  high: 200,
  higher: 200,
  highest: 200,
  half_7: null,
  trial_for: 26,
  // 22:30 in UTC is the 10th in Berlin.
  renews_in: 5,
  since_nothing: null,
  // 0 1 0 0 0 1 3 from Monday to Sunday: slope 9/28, mean 5/7.
  slope: 0.45,
  // 1 0 1 2 5 over five weeks: slope 1, mean 9/5.
  slope_w: 0.555555556,
  // Over 35 days: (89 / 3570) / (9 / 35).
  slope_ever: 0.096949891,
  slope_none: null,
  slope_short: null,
  top: 0.428571429,
  top_many: null,
  // 3 against 1, 1 and 0 on the Sundays before.
  unusual: 2,
  unusual_4: 2,
  unusual_base: null,
  // From 1 to 9 in 28 days; 41 to go.
  full_in: 143.5,
  full_at_5: 0,
  full_never: null,
  changes: 1,
  upgrades: 1,
  role_changes: 1,
  since_trial: 8,
  since_nowhere: null,
  first_week: 1,
  month: 4,
  owner_messages: 4,
  // 28, 14, 9, 7, 5 and 1 days ago, and three today; those of 14 days again, each day halving.
  fading: round9(2 ** -4 + 2 ** -2 + 2 ** (-9 / 7) + 2 ** -1 + 2 ** (-5 / 7) + 2 ** (-1 / 7) + 3),
  fading_14: round9(2 ** -9 + 2 ** -7 + 2 ** -5 + 2 ** -1 + 3),
  words: 1,
  of_a: 2,
  of_mid: 1,
  not_words: 3,
  in_a_row: 2,
  weeks_in_a_row: 3,
  // March; in February there was nothing, and April is not over.
  months_in_a_row: 1,
  bob_weeks: 0,
  none_in_a_row: 0,
  // On the 3rd the month had no message yet.
  days_held: 2,
  weeks_held: 3,
  // At the end of February the account was not there.
  months_held: 1,
  months_calm: 1,
  always: 12,
  unknown_held: 0,
  streak_before: 1,
  // It looks at a month, and the account is too young to have had one a week ago.
  held_before: null,
  weekly: 5,
  per_person: 1.666666667,
  signed: 5.5,
  nothing_plus: null,
  or_else: 10,
  by_zero: null,
  smallest: 3,
  smallest_null: null,
  far: 7,
  aged: 17,
  huge: null,
  long: 495,
};

const rounded = (values: Record<string, number | null>): Record<string, number | null> =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, value === null ? null : round9(value)]),
  );

const roundToTens = (value: number | null = null): number | null =>
  value === null || Math.abs(value - Math.round(value / 10) * 10) > value / 100
    ? value
    : Math.round(value / 10) * 10;

const MISSING_WHERE_NOTHING_HAPPENED: readonly string[] = [
  'mean',
  'least',
  'most',
  'latest',
  'latest_7',
  'latest_owner',
  'half',
  'high',
  'higher',
  'highest',
  'half_7',
  'trial_for',
  'renews_in',
  'since_nothing',
  'slope',
  'slope_w',
  'slope_ever',
  'slope_none',
  'slope_short',
  'top',
  'top_many',
  'unusual_base',
  'full_in',
  'full_at_5',
  'full_never',
  'since_trial',
  'since_nowhere',
  'held_before',
  'signed',
  'nothing_plus',
  'smallest_null',
];

describe('metrics on a real engine', () => {
  let engine: TestEngine;
  let project: Project;
  beforeAll(async () => {
    engine = await startTestEngine();
    project = openProject(await engine.openDatabase(), 'Europe/Berlin');
    await project.ingest(HISTORY);
    await project.apply(RULES);
  });
  afterAll(() => engine?.stop());

  /** One close, one day at a time: what it computed of an account. */
  const metricsAt = async (day: string, account = 'acme'): Promise<Record<string, number | null>> => {
    const [row] = await project.rows(
      `SELECT metrics FROM results WHERE account_id = '${account}' AND toDate(at, 'Europe/Berlin') = '${day}'
      ORDER BY tick DESC LIMIT 1`,
    );
    const names = Object.keys({ ...METRICS, ...CHANGES });
    const values = row?.metrics as (number | null)[] | undefined;
    expect(values).toHaveLength(names.length);
    return Object.fromEntries(names.map((name, index) => [name, values?.[index] ?? null]));
  };

  it('are what was counted by hand', async () => {
    await project.close('2026-04-05');
    const values = rounded(await metricsAt('2026-04-05'));
    const percentiles = ['half', 'high', 'higher', 'highest'].map((name) => [
      name,
      roundToTens(values[name]),
    ]);
    expect({ ...values, ...Object.fromEntries(percentiles) }).toMatchObject(AT_SUNDAY);
  });

  it('of an account in which nothing happened are 0, or missing', async () => {
    const values = await metricsAt('2026-04-05', 'bare');
    const missing = Object.keys(METRICS).filter((name) => values[name] === null);
    const other = Object.keys(METRICS).filter((name) => values[name] !== null && values[name] !== 0);
    expect(missing).toEqual(MISSING_WHERE_NOTHING_HAPPENED);
    // Its age is half of 34 days, it has been there for twelve and at the end of March, and 0 people are 3 away from by_zero.
    expect(other.map((name) => [name, values[name]])).toEqual([
      ['months_calm', 1],
      ['always', 12],
      ['aged', 17],
    ]);
  });

  it('change by what they are less what they were at the close of a week before', async () => {
    await project.close('2026-04-19');
    const before = await metricsAt('2026-04-19');
    await project.close('2026-04-26');
    const now = await metricsAt('2026-04-26');
    const expected = CHANGED.map((name) => {
      const [base = null, value = null] = [before[name], now[name]];
      return [`${name}_change`, base === null || value === null ? null : value - base] as const;
    });
    const changes = Object.fromEntries(expected.map(([name]) => [name, now[name] ?? null]));
    expect(rounded(changes)).toEqual(rounded(Object.fromEntries(expected)));
    const moved = expected.filter(([, value]) => value !== null && value !== 0);
    expect(moved.length).toBeGreaterThan(20);
  });
});
