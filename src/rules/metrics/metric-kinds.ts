// The metrics that the language has. A new kind is its own file and one line here.
import { activeDays } from './active-days.ts';
import { activeWeeks } from './active-weeks.ts';
import { average } from './average.ts';
import { change } from './change.ts';
import { count } from './count.ts';
import { daysSince } from './days-since.ts';
import { daysSinceFirst } from './days-since-first.ts';
import { daysSinceLast } from './days-since-last.ts';
import { daysToLimit } from './days-to-limit.ts';
import { daysUntil } from './days-until.ts';
import type { MetricKind } from './define-metric.ts';
import { distinct } from './distinct.ts';
import { features } from './features.ts';
import { formula } from './formula.ts';
import { latest } from './latest.ts';
import { maximum } from './maximum.ts';
import { members } from './members.ts';
import { minimum } from './minimum.ts';
import { percentileRank } from './percentile-rank.ts';
import { percentiles } from './percentiles.ts';
import { ratio } from './ratio.ts';
import { sequence } from './sequence.ts';
import { streak } from './streak.ts';
import { sum } from './sum.ts';
import { topShare } from './top-share.ts';
import { trend } from './trend.ts';
import { users } from './users.ts';
import { usersGained } from './users-gained.ts';
import { usersKept } from './users-kept.ts';
import { usersLost } from './users-lost.ts';
import { weekdayZscore } from './weekday-zscore.ts';

const KINDS = [
  count,
  users,
  usersGained,
  usersLost,
  usersKept,
  members,
  distinct,
  features,
  activeDays,
  activeWeeks,
  streak,
  sum,
  average,
  minimum,
  maximum,
  latest,
  ...percentiles,
  daysSinceLast,
  daysSinceFirst,
  daysSince,
  daysUntil,
  ratio,
  change,
  weekdayZscore,
  trend,
  topShare,
  sequence,
  daysToLimit,
  percentileRank,
  formula,
];

export const METRIC_KINDS: ReadonlyMap<string, MetricKind> = new Map(KINDS.map((kind) => [kind.key, kind]));
