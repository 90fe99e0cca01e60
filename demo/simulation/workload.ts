// Weekends are quiet.
import type { Day } from '../../src/model/time.ts';

/** Activity of a day relative to a working day; `day` counts from `firstDay`. UTC. */
export function workload(firstDay: Day, day: number): number {
  const weekday = (new Date(`${firstDay}T00:00:00Z`).getUTCDay() + day) % 7;
  if (weekday === 6) return 0.1;
  return weekday === 0 ? 0.06 : 1;
}
