// The reference evaluator's metrics against numbers computed by hand.
import { describe, expect, it } from 'vitest';
import type { Envelope, PlainMap } from '../../reference/plain.ts';
import { did, group, identify, joins, loosely, measure } from './small-world.ts';

/** June 2026: the 1st is a Monday. Ann on 1, 2, 2, 9, 16; Bob on 2, 9; nobody known on 10. */
const HISTORY: readonly Envelope[] = [
  group('2026-05-20T08:00:00Z', { seats: 4, renewal: '2026-06-20', created_at: '2026-05-01', plan: 'free' }),
  did('sent', 1, { properties: { rows: 4, channel: 'a' } }),
  did('sent', 2, { properties: { rows: '8', channel: 'b' } }),
  did('seen', 2, { properties: { rows: 'many', channel: 'b' } }),
  did('sent', 2, { user_id: 'bob', properties: { rows: 1 } }),
  did('sent', 9, { properties: { rows: 2.5, channel: null } }),
  did('seen', 9, { user_id: 'bob' }),
  { ...did('sent', 10), user_id: '' },
  did('sent', 16, { properties: { rows: 3, channel: 'c' } }),
  group(12, { plan: 'team' }),
  joins('ann', 1),
  joins('bob', 2),
  joins('cid', 20),
  identify('bob', 3, { role: 'owner', level: 2 }),
];

const TABLE: readonly (readonly [PlainMap, number, number | null])[] = [
  [{ count: 'sent', window: '7d' }, 16, 2],
  [{ count: 'sent', window: '1w' }, 15, 2],
  [{ count: ['sent', 'seen'], window: 'ever' }, 16, 8],
  [{ count: 'any', window: '1mo' }, 30, 8],
  [{ count: 'sent', window: 'first 14d' }, 30, 3],
  [{ count: 'sent', window: 'since account.renewal' }, 16, 0],
  [{ count: 'sent', window: 'since account.created_at' }, 16, 6],
  [{ count: 'sent', window: 'since account.nothing' }, 16, null],
  [
    { count: 'sent', window: 'ever', half_life: '7d' },
    16,
    2 ** (-15 / 7) + 2 * 2 ** -2 + 2 ** -1 + 2 ** (-6 / 7) + 1,
  ],
  [{ count: 'sent', window: 'ever', where: { rows: { gte: 3 } } }, 16, 3],
  [{ count: 'sent', window: 'ever', where: { channel: { not: 'b' } } }, 16, 2],
  [{ count: 'sent', window: 'ever', where: { channel: { exists: false } } }, 16, 3],
  [{ count: 'any', window: 'ever', where: { 'user.role': 'owner' } }, 16, 2],
  [{ count: 'account.plan', window: 'ever' }, 16, 1],
  [{ count: 'account.plan', window: 'ever', where: { from: 'free', to: 'team' } }, 16, 1],
  [{ count: 'account.plan', window: 'ever', where: { to: 'free' } }, 16, 0],
  [{ users: 'any', window: '14d' }, 9, 2],
  [{ users: 'any', window: '1d' }, 10, 0],
  [{ users_gained: 'any', window: '7d' }, 9, 0],
  [{ users_kept: 'any', window: '7d' }, 9, 2],
  [{ users_lost: 'any', window: '7d' }, 16, 1],
  [{ members: 'any' }, 16, 2],
  [{ members: 'any', window: '7d' }, 20, 1],
  [{ members: 'any', where: { 'user.level': { gte: 2 } } }, 20, 1],
  [{ distinct: 'channel', of: 'sent', window: 'ever' }, 16, 3],
  [{ features: ['sent', 'seen', ['gone', 'seen'], 'gone'], window: 'ever' }, 16, 3],
  [{ active_days: 'any', window: 'ever' }, 16, 5],
  [{ active_weeks: 'any', window: 'ever' }, 16, 3],
  [{ streak: 'any' }, 10, 2],
  [{ streak: 'any', unit: 'week' }, 21, 3],
  [{ streak: 'any', unit: 'week' }, 20, 2],
  [{ streak: 'any', unit: 'month' }, 29, 0],
  [{ streak: 'any', unit: 'month' }, 30, 1],
  [{ streak: { 'account.plan': 'team' } }, 14, 3],
  [{ streak: { 'account.plan': { exists: true } } }, 25, 12],
  [{ sum: 'rows', of: 'sent', window: 'ever' }, 16, 18.5],
  [{ sum: 'rows', of: 'gone', window: 'ever' }, 16, 0],
  [{ avg: 'rows', of: 'any', window: 'ever' }, 16, 3.7],
  [{ min: 'rows', of: 'any', window: '14d' }, 16, 2.5],
  [{ max: 'rows', of: 'any', window: 'ever' }, 16, 8],
  [{ max: 'rows', of: 'seen', window: 'ever' }, 16, null],
  [{ last: 'rows', of: 'any', window: 'ever' }, 15, 2.5],
  [{ p50: 'rows', of: 'any', window: 'ever' }, 16, 3],
  [{ p90: 'rows', of: 'any', window: 'ever' }, 16, 4],
  [{ days_since_last: 'seen' }, 16, 7],
  [{ days_since_first: 'sent' }, 16, 15],
  [{ days_since_last: 'gone' }, 16, null],
  [{ days_since: 'account.created_at' }, 16, 46],
  [{ days_until: 'account.renewal' }, 16, 4],
  [{ days_until: 'account.renewal' }, 21, -1],
  [{ days_since: 'account.plan' }, 16, null],
  [{ ratio: [{ users: 'any', window: '14d' }, 'account.seats'] }, 9, 0.5],
  [{ ratio: ['account.seats', { count: 'gone', window: '7d' }] }, 9, null],
  [{ ratio: ['account.seats', { count: 'any', window: '1d' }], min_denominator: 3 }, 9, null],
  [{ change: { count: 'any', window: '7d' } }, 9, -0.5],
  [{ change: { count: 'any', window: '7d' }, as: 'absolute' }, 9, -2],
  [{ change: { count: 'any', window: '7d' }, min_base: 5 }, 9, null],
  [{ change: { count: 'any', window: '14d' } }, 10, null],
  [{ weekday_zscore: 'any', weeks: 2 }, 2, null],
  [{ weekday_zscore: 'any', weeks: 2 }, 9, (2 - 1.5) / (1.4826 * 1.5)],
  [{ weekday_zscore: 'any', weeks: 2 }, 16, (1 - 2.5) / 1],
  [{ trend: 'any', window: '2d' }, 10, -1 / 1.5],
  [{ trend: 'any', window: '3w', unit: 'week' }, 21, -1.5 / (8 / 3)],
  [{ trend: 'gone', window: '7d' }, 10, null],
  [{ top_share: 'any', window: 'ever' }, 16, 5 / 7],
  [{ top_share: 'any', window: 'ever', min_total: 8 }, 16, null],
  [{ sequence: ['sent', 'seen', 'sent'], within: '7d', window: 'ever' }, 16, 3],
  [{ sequence: ['sent', 'seen', 'sent'], within: '6d', window: 'ever' }, 16, 2],
  [{ sequence: ['sent', 'seen'], within: '7d', window: 'ever', as: 'users' }, 16, 2],
  [{ days_to_limit: { count: 'any', window: 'ever' }, limit: 16 }, 16, 28],
  [{ days_to_limit: { count: 'any', window: 'ever' }, limit: 8 }, 16, 0],
  [{ formula: '(account.seats - 1) * 2 / -4' }, 16, -1.5],
  [{ formula: 'coalesce(account.nothing, max(1, 2, 3))' }, 16, 3],
  [{ formula: 'min(1, account.nothing)' }, 16, null],
  [{ formula: '1 / (account.seats - 4)' }, 16, null],
  [{ formula: 'abs(2 - 3 - 4)' }, 16, 5],
];

describe('the metrics of the reference evaluator', () => {
  it.each(TABLE)('%j at the close of June %i is %d', (metric, day, expected) => {
    const value = measure(metric, HISTORY, { day });
    if (expected === null || value === null || value === undefined) expect(value).toBe(expected);
    else expect(value).toBeCloseTo(expected, 12);
  });

  it('count an event once, as it was first received, whatever is sent again', () => {
    const first = did('sent', 1, { properties: { rows: 1 } });
    const again = { ...first, properties: { rows: 5 } };
    const received = [first, again, { ...again, timestamp: '2026-06-02T01:00:00Z' }];
    expect(measure({ sum: 'rows', of: 'sent', window: 'ever' }, received, { day: 9 })).toBe(6);
  });

  it('count events by the days of the zone', () => {
    const received = [did('sent', '2026-06-01T22:30:00Z'), group('2026-05-01T00:00:00Z')];
    expect(measure({ count: 'sent', window: '1d' }, received, { day: 2, zone: 'Europe/Berlin' })).toBe(1);
    expect(measure({ count: 'sent', window: '1d' }, received, { day: 2 })).toBe(0);
  });

  it('give events without an account to the account that the user belonged to, else to the first one', () => {
    const received = [
      joins('ann', 5, 'zeta'),
      joins('ann', 8),
      group('2026-05-01T00:00:00Z'),
      loosely('sent', 1, 'ann'),
      loosely('sent', 9, 'ann'),
      loosely('sent', 9, 'nobody'),
    ];
    expect(measure({ count: 'sent', window: 'ever' }, received, { day: 9 })).toBe(1);
  });

  it('leave out an event without an account that its account has with one', () => {
    const own = did('sent', 1, { id: 'same' });
    const received = [loosely('sent', 1, 'ann', { id: 'same' }), own, joins('ann', 1)];
    expect(measure({ count: 'sent', window: 'ever' }, received, { day: 9 })).toBe(1);
  });

  it('rank an account among its peers', () => {
    const peers = ['b', 'c', 'd'].flatMap((account, index) => [
      group(1, { plan: 'free' }, { account_id: account }),
      ...Array.from({ length: index }, () => did('sent', 2, { account_id: account })),
    ]);
    const received = [...peers, group(1, { plan: 'free' }), did('sent', 2)];
    const rank = { percentile_rank: { count: 'sent', window: '7d' }, among: ['account.plan'], min_peers: 3 };
    expect(measure(rank, received, { day: 3 })).toBeCloseTo(1 / 3, 12);
    expect(measure({ ...rank, min_peers: 4 }, received, { day: 3 })).toBeNull();
  });
});
