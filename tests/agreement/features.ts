// What the generator may use of the language: what the reader of rules takes today. The list of what is left out
// shrinks by itself as the language lands, and is printed with each run.
import { stringify } from 'yaml';
import { readRuleset } from '../../src/rules/read-ruleset.ts';
import type { Plain, PlainMap } from '../reference/plain.ts';

const metric = (one: PlainMap): PlainMap => ({ metrics: { m: one } });
const when = (condition: Plain): PlainMap => ({ rules: { r: { kind: 'pql', when: condition } } });
const score = (one: PlainMap): PlainMap => ({ scores: { s: one } });
const WINDOW = { window: '7d' };

const PROBES: Readonly<Record<string, PlainMap>> = {
  count: metric({ count: 'e', ...WINDOW }),
  users: metric({ users: 'e', ...WINDOW }),
  users_gained: metric({ users_gained: 'e', ...WINDOW }),
  users_lost: metric({ users_lost: 'e', ...WINDOW }),
  users_kept: metric({ users_kept: 'e', ...WINDOW }),
  members: metric({ members: 'any' }),
  distinct: metric({ distinct: 'p', of: 'e', ...WINDOW }),
  features: metric({ features: ['a', ['b', 'c']], ...WINDOW }),
  active_days: metric({ active_days: 'e', ...WINDOW }),
  active_weeks: metric({ active_weeks: 'e', ...WINDOW }),
  streak: metric({ streak: 'e' }),
  streak_condition: metric({ streak: { 'account.seats': { gte: 1 } } }),
  sum: metric({ sum: 'p', of: 'e', ...WINDOW }),
  avg: metric({ avg: 'p', of: 'e', ...WINDOW }),
  min: metric({ min: 'p', of: 'e', ...WINDOW }),
  max: metric({ max: 'p', of: 'e', ...WINDOW }),
  last: metric({ last: 'p', of: 'e', ...WINDOW }),
  p50: metric({ p50: 'p', of: 'e', ...WINDOW }),
  p90: metric({ p90: 'p', of: 'e', ...WINDOW }),
  p95: metric({ p95: 'p', of: 'e', ...WINDOW }),
  p99: metric({ p99: 'p', of: 'e', ...WINDOW }),
  days_since_last: metric({ days_since_last: 'e' }),
  days_since_first: metric({ days_since_first: 'e' }),
  days_since: metric({ days_since: 'account.t' }),
  days_until: metric({ days_until: 'account.t' }),
  ratio: metric({ ratio: [{ count: 'e', ...WINDOW }, 'account.seats'] }),
  change: metric({ change: { count: 'e', ...WINDOW } }),
  weekday_zscore: metric({ weekday_zscore: 'e' }),
  trend: metric({ trend: 'e', window: '14d' }),
  top_share: metric({ top_share: 'e', ...WINDOW }),
  sequence: metric({ sequence: ['a', 'b'], within: '7d', window: '30d' }),
  days_to_limit: metric({ days_to_limit: { count: 'e', ...WINDOW }, limit: 10 }),
  percentile_rank: metric({ percentile_rank: { count: 'e', ...WINDOW }, min_peers: 1 }),
  formula: metric({ formula: '1 + account.age_days' }),
  window_months: metric({ count: 'e', window: '2mo' }),
  window_first: metric({ count: 'e', window: 'first 7d' }),
  window_since: metric({ count: 'e', window: 'since account.created_at' }),
  event_account_trait: metric({ count: 'account.plan', ...WINDOW }),
  event_user_trait: metric({ count: 'user.role', ...WINDOW }),
  event_signal: {
    metrics: { m: { count: 'signal.r', ...WINDOW } },
    rules: { r: { kind: 'pql', when: true } },
  },
  where_user_trait: metric({ count: 'e', where: { 'user.role': 'owner' }, ...WINDOW }),
  champion: when({ 'champion.idle_days': { gte: 1 } }),
  points: score({ parts: { a: { weight: 100, points: { 100: true } } } }),
  caps: score({ parts: { a: { weight: 100, when: true } }, caps: [{ when: true, at: 30 }] }),
  grades: {
    scores: {
      a: { parts: { a: { weight: 100, when: true } }, bands: { low: 0 } },
      b: { parts: { a: { weight: 100, when: true } }, bands: { low: 0 } },
    },
    grades: { lead: { fit: 'a', usage: 'b' } },
  },
};

type Feature = keyof typeof PROBES & string;

export interface Features {
  readonly has: (feature: Feature) => boolean;
  readonly missing: readonly Feature[];
}

export function findFeatures(): Features {
  const missing = Object.keys(PROBES).filter((feature) => !isRead(PROBES[feature] ?? {}));
  return { missing, has: (feature) => !missing.includes(feature) };
}

const isRead = (rules: PlainMap): boolean =>
  readRuleset({ 'probe.yaml': stringify(rules) }, {}).ruleset !== undefined;
