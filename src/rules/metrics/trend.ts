// `trend: EVENT`: the least-squares slope over the whole closed days or weeks of the window, divided by their mean.
import type { DayRange, EmitContext } from '../metric.ts';
import { events, explained, where, window, word } from '../read/fields.ts';
import type { Window } from '../window.ts';
import { defineMetric } from './define-metric.ts';
import { finite } from './finite.ts';
import { seriesMetric } from './series-metric.ts';

const UNITS = ['day', 'week'] as const;
type Unit = (typeof UNITS)[number];

export const trend = defineMetric({
  key: 'trend',
  fields: {
    trend: events(),
    where: where(),
    window: window(),
    unit: explained(word('unit', UNITS), 'whole closed days (default) or weeks'),
  },
  docs: 'How fast it grows per day or week, as a fraction of its mean: 0.05 is 5 % of the mean more each unit.',
  missing: 'the window has fewer than two whole units, or nothing happened in them',
  example: '{trend: message_sent, unit: week, window: 8w}',
  build: ({ trend: eventSet, where: filter, window: days, unit = 'day' }) =>
    seriesMetric({
      kind: 'trend',
      events: eventSet,
      where: filter,
      window: days,
      nullable: true,
      rising: false,
      options: { unit },
      sql: (context) => emitTrend(days, unit, context),
    }),
});

/**
 * With x from 0 to m − 1: slope = (Σxy − (m−1)/2 · Σy) ÷ (m(m²−1)/12), which over the mean Σy/m is
 * 12 · (Σxy/Σy − (m−1)/2) ÷ (m²−1). So the zeros of empty units need not be written out.
 */
function emitTrend(window: Window, unit: Unit, context: EmitContext): string {
  const { first, last } = wholeUnits(window, unit, context);
  const length = unit === 'week' ? 7 : 1;
  const range: DayRange = { kind: 'range', first, last };
  const total = context.reduce({ aggregate: 'sum', of: 'n', window: range });
  const weighed = context.reduce({
    aggregate: 'sum',
    of: `n * intDiv(day_number - ${first}, ${length})`,
    window: range,
  });
  const slope = `12 * (${weighed} / nullIf(${total}, 0) - (units - 1) / 2) / (units * units - 1)`;
  return finite(
    `arrayMap(units -> if(units >= 2, ${slope}, NULL), [toFloat64(intDiv(${last} - ${first} + 1, ${length}))])[1]`,
  );
}

/** The first day of the first whole unit and the last day of the last one; a day is its own unit. */
function wholeUnits(
  window: Window,
  unit: Unit,
  context: EmitContext,
): { readonly first: string; readonly last: string } {
  const start = context.windowStart(window);
  const end = `least(${context.windowEnd(window)}, ${context.lastClosed})`;
  if (unit === 'day') return { first: start, last: end };
  // Day 0 is a Thursday: Mondays are 4 after a multiple of 7, Sundays 3.
  return { first: `(${start} + (11 - ${start} % 7) % 7)`, last: `(${end} - (${end} + 4) % 7)` };
}
