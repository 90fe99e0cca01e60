// `streak`: closed units in a row, newest first, with an event, or at whose end the condition held. At most 12.
import { firstDayOfMonth, firstDayOfWeek, monthOf, weekOf } from '../calendar.ts';
import type { Look } from '../look.ts';
import { occurrences } from '../occurrences.ts';
import { isMap, type PlainMap } from '../plain.ts';
import { contains, type Span } from '../window.ts';

const MOST = 12;

export function streak(look: Look, metric: PlainMap): number {
  const holds = isMap(metric.streak) ? conditionHolds(look, metric) : eventHappened(look, metric);
  for (let back = 0; back < MOST; back++)
    if (!holds(closedUnit(look.day, metric.unit ?? 'day', back))) return back;
  return MOST;
}

/** The closed unit `back` before the newest one. */
function closedUnit(day: number, unit: unknown, back: number): Span {
  if (unit === 'day') return { from: day - back, to: day - back };
  // The week and the month of the next day: the ones before it have ended.
  const start = unit === 'week' ? firstDayOfWeek : firstDayOfMonth;
  const now = unit === 'week' ? weekOf(day + 1) : monthOf(day + 1);
  return { from: start(now - 1 - back), to: start(now - back) - 1 };
}

function eventHappened(look: Look, metric: PlainMap): (unit: Span) => boolean {
  const days = occurrences(look, metric.streak, metric.where).map(({ day }) => day);
  return (unit) => days.some((day) => contains(unit, day));
}

/** An account that was not there yet held nothing. */
const conditionHolds =
  (look: Look, { streak: condition = false }: PlainMap): ((unit: Span) => boolean) =>
  ({ to }) =>
    look.firstDay <= to && look.at(to).holds(condition) === true;
