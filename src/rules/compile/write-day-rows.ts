// SQL of the rows that the statement aggregates: the days of a plan's series, of accounts or of their users.
import { type EventSet, isStored, isTracked, type TrackedEvents } from '../series.ts';
import { stringRef, type TextScope } from './compilation.ts';
import { correctionsOf, type EvaluationInput } from './evaluation-input.ts';
import type { EvaluationPlan, PlannedSeries } from './plan.ts';
import { writeEvents } from './write-events.ts';
import { writeMadeRows } from './write-made-rows.ts';
import { writeMemberUsers, writeRawRows, writeRawUsers } from './write-raw-rows.ts';
import { groupSeries, measuredColumns, writeSeriesRows } from './write-series-rows.ts';

interface DaysOfSeries {
  /** SQL reads the days of these only. */
  readonly plan: Pick<EvaluationPlan, 'series' | 'ruleset'>;
  readonly input: EvaluationInput;
  readonly text: TextScope;
}

interface DayRows extends DaysOfSeries {
  readonly perUser: boolean;
}

/** Yields account_id, series_id, user_id where users are kept apart, day, day_number and the measured columns. */
export function writeDayRows({ plan, input, text, perUser }: DayRows): string {
  const { stored, made } = divide(
    plan.series.filter(({ definition }) => definition.perUser === perUser),
    input,
  );
  const parts = [
    ...(stored.length === 0 ? [] : [readStored(stored, input, perUser)]),
    ...groupSeries(made).map((group) => makeRows({ plan, input, text, perUser }, group)),
  ];
  return parts.join('\nUNION ALL\n');
}

/** Yields user_id: whose days they are, and others of the accounts. */
export function writeDayUsers({ plan, input, text }: DaysOfSeries): string {
  const { stored, made } = divide(plan.series, input);
  const users = [
    ...(stored.length === 0
      ? []
      : [`SELECT user_id FROM series_user_days WHERE ${storedDays(stored, input)}`]),
    ...groupSeries(made).map((group) => usersOf({ plan, input, text }, group)),
  ];
  return [...new Set(users)].join('\n        UNION DISTINCT ');
}

function divide(series: readonly PlannedSeries[], { raw }: EvaluationInput) {
  const stored = series.filter(({ definition }) => raw !== true && isStored(definition));
  return { stored, made: series.filter((one) => !stored.includes(one)) };
}

const columns = (perUser: boolean): string => {
  const measured = measuredColumns(perUser).map((column) => (perUser ? (OF_USER[column] ?? column) : column));
  const keys = ['account_id', 'series_id', ...(perUser ? ['user_id'] : []), 'toInt32(day) AS day_number'];
  return [...keys, ...measured].join(', ');
};

/** What rows of users have in other words. The latest value is that of the greatest `v_last_at`. */
const OF_USER: Readonly<Record<string, string>> = {
  v_last_at: '(v_last_at, v_last_id, user_id) AS v_last_at',
  v_last_id: `if(user_id = '', [], [sipHash64(user_id)]) AS members`,
};

function readStored(series: readonly PlannedSeries[], input: EvaluationInput, perUser: boolean): string {
  return `SELECT ${columns(perUser)}
  FROM ${perUser ? 'series_user_days' : 'series_days'} FINAL
  PREWHERE ${storedDays(series, input)}
  WHERE n > 0`;
}

const storedDays = (series: readonly PlannedSeries[], input: EvaluationInput): string =>
  `${input.accounts} AND series_id IN (${series.map(({ id }) => id).join(', ')})
    AND (${series.map((one) => reach(one, input)).join(' OR ')})`;

function reach({ id, reachDays }: PlannedSeries, input: EvaluationInput): string {
  const upTo = `day <= toDate(${input.day})`;
  if (reachDays === undefined) return `(series_id = ${id} AND ${upTo})`;
  const from = Math.max(0, earliestOf(input) - reachDays);
  return `(series_id = ${id} AND day >= toDate(${from}) AND ${upTo})`;
}

const earliestOf = ({ earliestDay, day }: EvaluationInput): number => earliestDay ?? day;

/** Of the rows that series are made from; undefined where one of them reads all days. */
function firstDay(series: readonly PlannedSeries[], input: EvaluationInput): number | undefined {
  const reaches = series.flatMap(({ reachDays }) => (reachDays === undefined ? [] : [reachDays]));
  return reaches.length < series.length ? undefined : earliestOf(input) - Math.max(...reaches);
}

const eventsOf = (series: readonly PlannedSeries[]): EventSet =>
  series[0]?.definition.events ?? { kind: 'any' };

const rawScope = (
  { input, text }: DaysOfSeries,
  series: readonly PlannedSeries[],
  events: TrackedEvents,
) => ({
  scope: {
    kind: 'accounts' as const,
    accounts: input.accounts,
    first: firstDay(series, input),
    last: input.day,
  },
  corrections: correctionsOf(input),
  events: writeEvents(text, events),
  zone: stringRef(text, text.timezone),
});

function usersOf(place: DaysOfSeries, series: readonly PlannedSeries[]): string {
  const events = eventsOf(series);
  return isTracked(events)
    ? writeRawUsers(rawScope(place, series, events))
    : writeMemberUsers(place.input.accounts);
}

function makeRows({ perUser, ...place }: DayRows, series: readonly PlannedSeries[]): string {
  const events = eventsOf(series);
  const { text, plan, input } = place;
  const rows = isTracked(events)
    ? writeRawRows(rawScope(place, series, events))
    : writeMadeRows(
        { text, ruleset: plan.ruleset, accounts: input.accounts, corrections: correctionsOf(input) },
        events,
      );
  return `SELECT ${columns(perUser)}
  FROM (
${writeSeriesRows(text, { series, rows })}
  )`;
}
