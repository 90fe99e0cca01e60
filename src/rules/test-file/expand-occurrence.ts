// The instants that an entry of a test stands for, and how many events that makes.
import { addDays, type Day, dayNumber, daysBetween } from '../../model/time.ts';
import type { Occurrence, TestEvent } from './rule-test.ts';

/** The days of an occurrence on which something happens. */
export function daysOf(when: Extract<Occurrence, { kind: 'days' }>): readonly Day[] {
  const days = Array.from({ length: daysBetween(when.from, when.to) + 1 }, (_, index) => index);
  const first = dayNumber(when.from);
  return days.filter((index) => falls(when.per, first, index)).map((index) => addDays(when.from, index));
}

function falls(per: 'day' | 'weekday' | 'week', first: number, index: number): boolean {
  if (per === 'day') return true;
  if (per === 'week') return index % 7 === 0;
  // 1970-01-01 was a Thursday: 0 is Monday.
  return (first + index + 3) % 7 < 5;
}

/** Without making them. */
export const countEvents = (events: readonly TestEvent[]): number =>
  events.reduce((sum, event) => sum + countOf(event), 0);

function countOf(event: TestEvent): number {
  if (event.kind !== 'usage' || event.when.kind === 'instant') return 1;
  const { when, users } = event;
  const days = daysBetween(when.from, when.to) + 1;
  return when.times * Math.max(1, users.length) * (when.per === 'week' ? Math.ceil(days / 7) : days);
}
