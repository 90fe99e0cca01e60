// The metrics that the language has. A new kind is its own file and one line here.
import { activeDays } from './active-days.ts';
import { change } from './change.ts';
import { count } from './count.ts';
import { daysSinceFirst } from './days-since-first.ts';
import { daysSinceLast } from './days-since-last.ts';
import type { MetricKind } from './define-metric.ts';
import { percentileRank } from './percentile-rank.ts';
import { ratio } from './ratio.ts';
import { sequence } from './sequence.ts';
import { sum } from './sum.ts';
import { users } from './users.ts';

const KINDS = [
  count,
  users,
  activeDays,
  sum,
  daysSinceLast,
  daysSinceFirst,
  ratio,
  change,
  sequence,
  percentileRank,
];

export const METRIC_KINDS: ReadonlyMap<string, MetricKind> = new Map(KINDS.map((kind) => [kind.key, kind]));

/** Of the language, but not of this version. */
export const LATER_KINDS: readonly string[] = [
  'users_gained',
  'users_lost',
  'users_kept',
  'members',
  'distinct',
  'features',
  'active_weeks',
  'streak',
  'avg',
  'min',
  'max',
  'last',
  'p50',
  'p90',
  'p95',
  'p99',
  'days_since',
  'days_until',
  'weekday_zscore',
  'trend',
  'top_share',
  'days_to_limit',
  'formula',
];
