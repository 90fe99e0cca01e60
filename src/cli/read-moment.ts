// Reads the moment that a command is to look at: a day, or an instant. Anything else is a mistake of the command line.
import type { Day, EpochMillis } from '../model/time.ts';
import { CliFailure } from './context.ts';

const DAY = /^\d{4}-\d{2}-\d{2}$/;
/** Without a zone an instant would be another on another machine. */
const INSTANT = /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/;

/** Undefined for undefined. @throws CliFailure, also for days that no calendar has. */
export function readMoment(text: string | undefined): Day | EpochMillis | undefined {
  if (text === undefined) return undefined;
  const day = DAY.test(text) ? text : INSTANT.exec(text)?.[1];
  const instant = Date.parse(text);
  if (day === undefined || !isOfCalendar(day) || Number.isNaN(instant))
    throw new CliFailure(
      `--at ${text}: write a day such as 2026-03-01, or an instant such as 2026-03-01T09:30:00Z`,
      2,
    );
  return DAY.test(text) ? (text as Day) : (instant as EpochMillis);
}

/** JavaScript takes the 30th of February for the 2nd of March. */
function isOfCalendar(day: string): boolean {
  const midnight = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(midnight) && new Date(midnight).toISOString().startsWith(day);
}
