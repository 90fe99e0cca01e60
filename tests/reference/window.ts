// Windows, §2: the days that a metric looks at, ending at the last day of its look.
import { firstDayOfMonth, monthOf, textToDay } from './calendar.ts';
import { type Look, traitOf } from './look.ts';
import type { Plain } from './plain.ts';

/** Both ends included; empty when `from` is after `to`. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export const contains = ({ from, to }: Span, day: number): boolean => day >= from && day <= to;

/** Null when the date of `since account.TRAIT` is missing. */
export function windowOf(look: Look, window: Plain | undefined): Span | null {
  const text = String(window);
  const { day, firstDay } = look;
  if (text === 'ever') return { from: Number.NEGATIVE_INFINITY, to: day };
  const since = /^since account\.(.+)$/.exec(text);
  if (since !== null) {
    const date = traitOf(look, since[1] ?? '');
    const from = date === null ? null : textToDay(date, look.calendar);
    return from === null ? null : { from, to: day };
  }
  const first = /^first (.+)$/.exec(text);
  const months = /^(\d+)mo$/.exec(text);
  if (months !== null) return { from: firstDayOfMonth(monthOf(day) - Number(months[1]) + 1), to: day };
  const days = windowDays(first?.[1] ?? text);
  if (days === undefined) throw new Error(`not a window: ${text}`);
  if (first === null) return { from: day - days + 1, to: day };
  return { from: firstDay, to: Math.min(firstDay + days - 1, day) };
}

/** Undefined for a window that is not of days or weeks. */
export function windowDays(window: Plain | undefined): number | undefined {
  const match = /^(\d+)(d|w)$/.exec(String(window));
  return match === null ? undefined : Number(match[1]) * (match[2] === 'w' ? 7 : 1);
}

/** The window before this one: as many days, or as many whole months, just before it begins. */
export function windowBefore(look: Look, window: Plain | undefined): Span {
  const months = /^(\d+)mo$/.exec(String(window));
  const span = windowOf(look, window);
  if (span === null) throw new Error('no window before');
  if (months === null) return { from: span.from - (windowDays(window) ?? 0), to: span.from - 1 };
  return { from: firstDayOfMonth(monthOf(span.from) - Number(months[1])), to: span.from - 1 };
}
