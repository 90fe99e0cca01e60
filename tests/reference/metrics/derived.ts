// Metrics made of metrics: ratio, change, days_to_limit, percentile_rank. Whatever is too small to say is null.
import { type Look, traitOf } from '../look.ts';
import { asList, asText, numberOr, type PlainMap } from '../plain.ts';
import type { MetricFunction } from './metric-function.ts';
import { overOf, PACE_DAYS, reachOf } from './reach.ts';

export const ratio: MetricFunction = (look, metric) => {
  const [first = null, second = null] = asList(metric.ratio).map((operand) => look.number(operand));
  const least = numberOr(metric.min_denominator, Number.NEGATIVE_INFINITY);
  if (first === null || second === null || second === 0 || second < least) return null;
  return first / second;
};

export function change(look: Look, metric: PlainMap): number | null {
  const operand = metric.change ?? null;
  const over = overOf(look, metric);
  if (look.firstDay > look.day - (over + reachOf(look, operand) - 1)) return null;
  const base = look.at(look.day - over).number(operand);
  const now = look.number(operand);
  if (base === null || now === null || base < numberOr(metric.min_base, Number.NEGATIVE_INFINITY))
    return null;
  if (metric.as === 'absolute') return now - base;
  return base === 0 ? null : (now - base) / Math.abs(base);
}

export const daysToLimit: MetricFunction = (look, metric) => {
  const operand = metric.days_to_limit ?? null;
  const [now, limit] = [look.number(operand), look.number(metric.limit ?? null)];
  if (now === null || limit === null) return null;
  if (now >= limit) return 0;
  const before = look.at(look.day - PACE_DAYS).number(operand);
  const pace = before === null ? 0 : (now - before) / PACE_DAYS;
  return pace > 0 ? (limit - now) / pace : null;
};

const LEAST_PEERS = 30;

export const percentileRank: MetricFunction = (look, metric) => {
  const operand = metric.percentile_rank ?? null;
  const own = look.number(operand);
  const among = metric.among === undefined ? [] : asList(metric.among).map(asText);
  const group = (one: Look) => among.map((trait) => traitOf(one, trait.replace('account.', '')));
  const mine = group(look);
  if (own === null || mine.includes(null)) return null;
  const values = look
    .others()
    .filter((other) => JSON.stringify(group(other)) === JSON.stringify(mine))
    .map((other) => other.number(operand))
    .filter((value) => value !== null);
  if (values.length < Math.max(1, numberOr(metric.min_peers, LEAST_PEERS))) return null;
  return values.filter((value) => value < own).length / values.length;
};
