// `streak: EVENT or CONDITION`: closed days, weeks or months in a row, newest first, with an event, or at whose end
// the condition held. Counts to twelve.
import { unitEnd } from '../compile/compilation.ts';
import type { Condition } from '../condition.ts';
import type { Anchor, EmitContext, Metric, Most } from '../metric.ts';
import { eventsOrCondition, explained, where, word } from '../read/fields.ts';
import { entryOf } from '../read/source.ts';
import type { EventSet, Filter } from '../series.ts';
import { sqlBoth } from '../sql-both.ts';
import { conditionDefinition } from './condition-definition.ts';
import { defineMetric, type MetricPlace } from './define-metric.ts';
import { seriesMetric } from './series-metric.ts';

const UNITS = ['day', 'week', 'month'] as const;
type Unit = (typeof UNITS)[number];

const MOST = 12;

export const streak = defineMetric({
  key: 'streak',
  fields: {
    streak: eventsOrCondition('streak'),
    where: where(),
    unit: explained(word('unit', UNITS), 'what is counted: closed days (the default), weeks or months'),
  },
  docs: 'For how many closed days, weeks or months in a row it happened, or a condition held at their ends; 12 at most.',
  example: '{streak: message_sent, unit: week}',
  build: ({ streak: what, where: filter, unit = 'day' }, place) => {
    if (what.kind === 'events') return streakOfEvents({ events: what.events, where: filter, unit });
    return filter === undefined ? streakOfCondition(what.condition, unit, place) : reportWhere(place);
  },
});

interface StreakOfEvents {
  readonly events: EventSet;
  readonly where: Filter | undefined;
  readonly unit: Unit;
}

/** Not rising: at the close one more unit counts, and may break it. */
const streakOfEvents = ({ unit, ...parts }: StreakOfEvents): Metric =>
  seriesMetric({
    ...parts,
    kind: 'streak',
    reachDays: REACH_DAYS[unit],
    nullable: false,
    rising: false,
    most: MOST_OF[unit],
    options: { unit },
    sql: (context) => {
      const { first, last, back } = unitsOf(unit, context.lastClosed);
      const seen = context.reduce({
        aggregate: 'groupUniqArray',
        of: back,
        window: { kind: 'range', first, last },
      });
      return untilFirst0(`arrayMap(back -> has(${seen}, back), range(${MOST}))`);
    },
  });

const MOST_OF: Readonly<Record<Unit, Most>> = {
  day: { value: MOST, instead: 'count weeks: unit: week' },
  week: { value: MOST, instead: 'count months: unit: month' },
  month: { value: MOST },
};

/** Back to the first day of the twelfth closed unit, and the rest of the one that is not closed. */
const REACH_DAYS: Readonly<Record<Unit, number>> = {
  day: MOST,
  week: 7 * (MOST + 1),
  month: 31 * (MOST + 1),
};

interface Units {
  readonly first: string;
  readonly last: string;
  /** Of the row's day: 0 in the newest closed unit. */
  readonly back: string;
}

function unitsOf(unit: Unit, lastClosed: string): Units {
  if (unit === 'day')
    return {
      first: `(${lastClosed} - ${MOST - 1})`,
      last: lastClosed,
      back: `toUInt8(${lastClosed} - day_number)`,
    };
  const last = unitEnd(lastClosed, { unit, back: 0 });
  if (unit === 'week')
    return { first: `(${last} - ${7 * MOST - 1})`, last, back: `toUInt8(intDiv(${last} - day_number, 7))` };
  return {
    first: `(${unitEnd(lastClosed, { unit, back: MOST })} + 1)`,
    last,
    back: `toUInt8(dateDiff('month', toDate32(day_number), toDate32(${last})))`,
  };
}

/** SQL of how many stand before the first 0 of an array of twelve. */
const untilFirst0 = (array: string): string =>
  `arrayMap(place -> if(place = 0, ${MOST}, place - 1), [toInt32(indexOf(${array}, 0))])[1]`;

function streakOfCondition(condition: Condition, unit: Unit, { reading }: MetricPlace): Metric {
  return {
    kind: 'streak',
    definition: { kind: 'streak', condition: conditionDefinition(condition, reading), unit },
    series: [],
    operands: [],
    conditions: [condition],
    window: undefined,
    looksBackDays: 0,
    nullable: false,
    rising: false,
    most: MOST_OF[unit],
    emit: (context) => `toFloat64(${untilFirst0(`[${heldAt(unit, context).join(', ')}]`)})`,
  };
}

/** For each unit, newest first: whether it held on the last day, and the account was there. */
const heldAt = (unit: Unit, context: EmitContext): readonly string[] =>
  Array.from({ length: MOST }, (_, back) => {
    const held = context.conditionAt(0, anchorOf(unit, back));
    const day =
      unit === 'day' ? `${context.lastClosed} - ${back}` : unitEnd(context.lastClosed, { unit, back });
    return sqlBoth([`${held} = 1`, `${context.firstDay} <= ${day}`]);
  });

const anchorOf = (unit: Unit, back: number): Anchor =>
  unit === 'day' ? { kind: 'closed', daysBack: back } : { kind: 'closed', daysBack: 0, end: { unit, back } };

function reportWhere({ reading, node, what }: MetricPlace): undefined {
  const span = entryOf(node, 'where')?.keySpan ?? node.span;
  const hint = 'a streak of a condition asks nothing of events; put it into the metrics of the condition';
  reading.problems.add('M007', span, `${what} has no event that "where" could ask`, hint);
  return undefined;
}
