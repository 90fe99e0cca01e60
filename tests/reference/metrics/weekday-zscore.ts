// `weekday_zscore`: the last closed day against the same weekday of the weeks before, in robust deviations.
import type { Look } from '../look.ts';
import { occurrences } from '../occurrences.ts';
import { numberOr, type PlainMap } from '../plain.ts';

/** Makes the median absolute deviation of a normal distribution its standard deviation. */
const NORMAL = 1.4826;

export function weekdayZscore(look: Look, metric: PlainMap): number | null {
  const weeks = numberOr(metric.weeks, 4);
  if (look.firstDay > look.day - 7 * weeks) return null;
  const days = occurrences(look, metric.weekday_zscore, metric.where).map(({ day }) => day);
  const on = (wanted: number) => days.filter((day) => day === wanted).length;
  const before = Array.from({ length: weeks }, (_, index) => on(look.day - 7 * (index + 1)));
  const middle = median(before);
  if (middle < numberOr(metric.min_base, Number.NEGATIVE_INFINITY)) return null;
  const deviation = median(before.map((value) => Math.abs(value - middle)));
  return (on(look.day) - middle) / Math.max(NORMAL * deviation, 1);
}

/** Of an even number of values, the mean of the middle two. */
function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (index: number) => sorted[index] ?? Number.NaN;
  const half = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? at(half) : (at(half - 1) + at(half)) / 2;
}
