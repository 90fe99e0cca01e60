// `weekday_zscore: EVENT`: the last closed day against the same weekday of some weeks before, by median and MAD.
import type { EmitContext } from '../metric.ts';
import { events, explained, number, where, whole } from '../read/fields.ts';
import { sqlBoth } from '../sql-both.ts';
import { sqlNumber } from '../sql-number.ts';
import { defineMetric } from './define-metric.ts';
import { seriesMetric } from './series-metric.ts';

const MOST_WEEKS = 52;

export const weekdayZscore = defineMetric({
  key: 'weekday_zscore',
  fields: {
    weekday_zscore: events(),
    where: where(),
    weeks: explained(
      whole('weeks', { min: 1, max: MOST_WEEKS }),
      'how many weeks before it is held against; default 4',
    ),
    min_base: explained(number('min_base'), 'the median is too small to say below this'),
  },
  docs: 'How unusual the last closed day is for its weekday: distance from the median in deviations, estimated from few days; take 8 weeks and -4.',
  missing: 'the account is younger than the weeks compared, or their median is below min_base',
  example: '{weekday_zscore: message_sent, weeks: 8, min_base: 5}',
  build: ({ weekday_zscore: eventSet, where: filter, weeks = 4, min_base: leastBase }) =>
    seriesMetric({
      kind: 'weekday_zscore',
      events: eventSet,
      where: filter,
      reachDays: 7 * weeks + 1,
      nullable: true,
      rising: false,
      options: { weeks, min_base: leastBase ?? null },
      sql: (context) => emitScore({ weeks, leastBase }, context),
    }),
});

interface Comparison {
  readonly weeks: number;
  readonly leastBase: number | undefined;
}

/** (x − median) ÷ max(1.4826 · MAD, 1): the factor makes the MAD of a normal distribution its deviation. */
function emitScore({ weeks, leastBase }: Comparison, context: EmitContext): string {
  const days = sameWeekdays(weeks, context);
  const oldEnough = `${context.firstDay} <= ${context.lastClosed} - ${7 * weeks}`;
  const enough = leastBase === undefined ? [] : [`median >= ${sqlNumber(leastBase)}`];
  return `arrayMap(counts -> arrayMap(median -> if(${sqlBoth([oldEnough, ...enough])},
      (counts[1] - median) / greatest(1.4826 * ${medianOf('arrayMap(n -> abs(n - median), arraySlice(counts, 2))', weeks)}, 1.), NULL),
    [${medianOf('arraySlice(counts, 2)', weeks)}])[1], [${days}])[1]`;
}

/** Counts of the last closed day and of the same weekday before, newest first; zeros where nothing happened. */
function sameWeekdays(weeks: number, context: EmitContext): string {
  const back = `(${context.lastClosed} - day_number)`;
  const counts = context.reduce({
    aggregate: 'sumResample',
    parameters: `(0, ${weeks + 1}, 1)`,
    of: `n, if(${back} % 7 = 0, intDiv(${back}, 7), -1)`,
    window: {
      kind: 'range',
      first: `(${context.lastClosed} - ${7 * weeks})`,
      last: context.lastClosed,
    },
  });
  return `arrayMap(n -> toFloat64(n), arrayResize(${counts}, ${weeks + 1}, 0))`;
}

/** Of an array of a known length; the mean of the middle two where that is even. */
function medianOf(array: string, length: number): string {
  const upper = Math.floor(length / 2) + 1;
  if (length % 2 === 1) return `arraySort(${array})[${upper}]`;
  return `(arraySum(arraySlice(arraySort(${array}), ${upper - 1}, 2)) / 2)`;
}
