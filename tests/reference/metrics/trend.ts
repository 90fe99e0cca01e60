// `trend`: least-squares slope per unit over the window's whole closed units, divided by their mean.
import { firstDayOfWeek, weekOf } from '../calendar.ts';
import type { Look } from '../look.ts';
import { occurrences } from '../occurrences.ts';
import type { PlainMap } from '../plain.ts';
import { windowOf } from '../window.ts';

export function trend(look: Look, metric: PlainMap): number | null {
  const window = windowOf(look, metric.window);
  if (window === null) return null;
  const from = metric.window === 'ever' ? look.firstDay : window.from;
  const to = Math.min(window.to, look.day);
  const length = metric.unit === 'week' ? 7 : 1;
  const start = length === 7 ? firstDayOfWeek(weekOf(from + 6)) : from;
  const days = occurrences(look, metric.trend, metric.where).map(({ day }) => day);
  const counts: number[] = [];
  for (let unit = start; unit + length - 1 <= to; unit += length) {
    counts.push(days.filter((day) => day >= unit && day < unit + length).length);
  }
  return slopePerMean(counts);
}

function slopePerMean(counts: readonly number[]): number | null {
  const mean = meanOf(counts);
  if (counts.length < 2 || mean === 0) return null;
  const middle = (counts.length - 1) / 2;
  const spread = counts.reduce((sum, _, x) => sum + (x - middle) ** 2, 0);
  const together = counts.reduce((sum, y, x) => sum + (x - middle) * (y - mean), 0);
  return together / spread / mean;
}

const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
