// A metric's map to its number: exactly one key says what is measured.
import { evaluateFormula } from '../formula.ts';
import type { Look } from '../look.ts';
import { asText, type PlainMap } from '../plain.ts';
import * as counted from './counted.ts';
import { daysSince, daysSinceFirst, daysSinceLast, daysUntil } from './dated.ts';
import { change, daysToLimit, percentileRank, ratio } from './derived.ts';
import { MEASURED } from './measured.ts';
import { members } from './members.ts';
import type { MetricFunction } from './metric-function.ts';
import { sequence } from './sequence.ts';
import { streak } from './streak.ts';
import { topShare } from './top-share.ts';
import { trend } from './trend.ts';
import { weekdayZscore } from './weekday-zscore.ts';

const KINDS: Readonly<Record<string, MetricFunction>> = {
  ...MEASURED,
  count: counted.count,
  users: counted.users,
  users_gained: counted.usersGained,
  users_lost: counted.usersLost,
  users_kept: counted.usersKept,
  members,
  distinct: counted.distinct,
  features: counted.features,
  active_days: counted.activeDays,
  active_weeks: counted.activeWeeks,
  streak,
  days_since_last: daysSinceLast,
  days_since_first: daysSinceFirst,
  days_since: daysSince,
  days_until: daysUntil,
  ratio,
  change,
  weekday_zscore: weekdayZscore,
  trend,
  top_share: topShare,
  sequence,
  days_to_limit: daysToLimit,
  percentile_rank: percentileRank,
  formula: (look, { formula }) => evaluateFormula(asText(formula), (name) => look.number(name)),
};

/** Counts of things: whole numbers, which no way of computing can get slightly wrong. */
const EXACT =
  /^(count|users(_gained|_lost|_kept)?|members|distinct|features|active_(days|weeks)|streak|days_(since|until|since_last|since_first)|sequence)$/;

export const kindOf = (metric: PlainMap): string => {
  const kind = Object.keys(metric).find((key) => key in KINDS);
  if (kind === undefined) throw new Error(`no kind of metric: ${JSON.stringify(metric)}`);
  return kind;
};

/** Null for what is missing, and for what would be no finite number. */
export function evaluateMetric(look: Look, metric: PlainMap): number | null {
  const value = KINDS[kindOf(metric)]?.(look, metric) ?? null;
  return value !== null && Number.isFinite(value) ? value : null;
}

/** By how much two honest ways of computing the metric may differ at this value. */
export function slackOf(metric: PlainMap, value: number): number {
  const kind = kindOf(metric);
  if (/^p\d\d$/.test(kind)) return 0.0101 * Math.abs(value) + 1e-9;
  if (EXACT.test(kind) && metric.half_life === undefined) return 0;
  return 1e-9 * Math.max(1, Math.abs(value));
}
