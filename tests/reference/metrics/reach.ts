// How many days a value looks at, back from its last day: an account younger than that is too young to compare.
import type { Look } from '../look.ts';
import { asDays, asList, asMap, isList, isMap, type Plain, type PlainMap } from '../plain.ts';
import { windowDays } from '../window.ts';

/** `days_to_limit` goes by the pace of the last 28 closed days. */
export const PACE_DAYS = 28;

/** Of `change`: its own, else the window of what it compares. */
export function overOf(look: Look, metric: PlainMap): number {
  if (metric.over !== undefined) return asDays(metric.over);
  const own = windowDays(look.definition(metric.change ?? null)?.window);
  if (own === undefined) throw new Error('change needs "over"');
  return own;
}

/** 1 for what looks at a day alone, or at everything. */
export function reachOf(look: Look, operand: Plain): number {
  const metric = look.definition(operand);
  if (metric !== undefined) return reachOfMetric(look, metric);
  const name = String(operand);
  if (/^(score|band)\./.test(name)) return reachOfScore(look, name.slice(name.indexOf('.') + 1));
  if (!name.startsWith('grade.')) return 1;
  return largest(
    Object.values(asMap(look.rules.grades?.[name.slice(6)])).map((score) =>
      reachOfScore(look, String(score)),
    ),
  );
}

const largest = (days: readonly number[]): number => Math.max(1, ...days);

function reachOfMetric(look: Look, metric: PlainMap): number {
  const own = windowDays(metric.window);
  if (own !== undefined) return own;
  const months = /^(\d+)mo$/.exec(String(metric.window));
  if (months !== null) return 31 * Number(months[1]);
  const of = (...operands: readonly Plain[]) => largest(operands.map((one) => reachOf(look, one)));
  if (metric.change !== undefined) return overOf(look, metric) + of(metric.change);
  if (metric.days_to_limit !== undefined) return PACE_DAYS + of(metric.days_to_limit, metric.limit ?? null);
  if (metric.ratio !== undefined) return of(...asList(metric.ratio));
  if (metric.percentile_rank !== undefined) return of(metric.percentile_rank);
  if (metric.formula !== undefined) return of(...(String(metric.formula).match(/[a-z][a-z0-9_.]*/g) ?? []));
  return isMap(metric.streak) ? reachOfCondition(look, metric.streak) : 1;
}

function reachOfScore(look: Look, name: string): number {
  const score = asMap(look.rules.scores?.[name]);
  const parts = Object.values(asMap(score.parts)).map(asMap);
  const conditions = [
    score.who,
    ...parts.map(({ when }) => when),
    ...parts.flatMap(({ points }) => (points === undefined ? [] : Object.values(asMap(points)))),
    ...(score.caps === undefined ? [] : asList(score.caps).map((cap) => asMap(cap).when)),
  ];
  const metrics = parts.flatMap(({ metric }) => metric ?? []);
  return largest([
    ...conditions.map((one) => reachOfCondition(look, one ?? true)),
    ...metrics.map((one) => reachOf(look, one)),
  ]);
}

function reachOfCondition(look: Look, condition: Plain): number {
  if (!isMap(condition)) return 1;
  return largest(
    Object.entries(condition).map(([key, value]) => {
      if (key === 'segment') return reachOfCondition(look, look.rules.segments?.[String(value)] ?? true);
      const parts = key === 'at_least' ? asMap(value).of : value;
      const isListed = ['all', 'any', 'none', 'at_least'].includes(key);
      if (isListed && isList(parts)) return largest(parts.map((part) => reachOfCondition(look, part)));
      return reachOf(look, key);
    }),
  );
}
