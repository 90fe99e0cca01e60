// Metrics that count what happened in a window, §3. "Never" is 0 for all of them; only a missing `since` is null.
import { weekOf } from '../calendar.ts';
import type { Look } from '../look.ts';
import { type Occurrence, occurrences, propertyText } from '../occurrences.ts';
import { asDays, asList, asText, type Plain, type PlainMap } from '../plain.ts';
import { contains, type Span, windowBefore, windowOf } from '../window.ts';
import type { MetricFunction } from './metric-function.ts';

export function count(look: Look, metric: PlainMap): number | null {
  const halfLife = metric.half_life === undefined ? undefined : asDays(metric.half_life);
  return inWindow(look, metric, metric.count, (events) =>
    halfLife === undefined
      ? events.length
      : events.reduce((sum, { day }) => sum + 2 ** (-(look.day - day) / halfLife), 0),
  );
}

export const users: MetricFunction = (look, metric) =>
  inWindow(look, metric, metric.users, (events) => usersOf(events).size);

export const usersGained: MetricFunction = (look, metric) =>
  twoWindows(look, metric, metric.users_gained, (now, before) => minus(now, before).length);

export const usersLost: MetricFunction = (look, metric) =>
  twoWindows(look, metric, metric.users_lost, (now, before) => minus(before, now).length);

export const usersKept: MetricFunction = (look, metric) =>
  twoWindows(look, metric, metric.users_kept, (now, before) => now.size - minus(now, before).length);

export const distinct: MetricFunction = (look, metric) =>
  inWindow(look, metric, metric.of, (events) => {
    const property = asText(metric.distinct);
    const texts = events.map(({ properties }) => propertyText(properties, property));
    return new Set(texts.filter((text) => text !== null)).size;
  });

export function features(look: Look, metric: PlainMap): number | null {
  const found = asList(metric.features).map((feature) =>
    inWindow(look, metric, feature, (events) => Math.min(1, events.length)),
  );
  return found.includes(null) ? null : found.reduce<number>((sum, one) => sum + (one ?? 0), 0);
}

export const activeDays: MetricFunction = (look, metric) =>
  inWindow(look, metric, metric.active_days, (events) => new Set(events.map(({ day }) => day)).size);

export const activeWeeks: MetricFunction = (look, metric) =>
  inWindow(look, metric, metric.active_weeks, (events) => new Set(events.map(({ day }) => weekOf(day))).size);

export function inWindow(
  look: Look,
  metric: PlainMap,
  event: Plain | undefined,
  measure: (events: readonly Occurrence[]) => number | null,
): number | null {
  const span = windowOf(look, metric.window);
  return span === null ? null : measure(within(look, metric, event, span));
}

const within = (look: Look, metric: PlainMap, event: Plain | undefined, span: Span): readonly Occurrence[] =>
  occurrences(look, event, metric.where).filter(({ day }) => contains(span, day));

function twoWindows(
  look: Look,
  metric: PlainMap,
  event: Plain | undefined,
  measure: (now: ReadonlySet<string>, before: ReadonlySet<string>) => number,
): number | null {
  const now = windowOf(look, metric.window);
  if (now === null) return null;
  const before = windowBefore(look, metric.window);
  return measure(usersOf(within(look, metric, event, now)), usersOf(within(look, metric, event, before)));
}

/** Unknown users never count. */
const usersOf = (events: readonly Occurrence[]): ReadonlySet<string> =>
  new Set(events.map(({ user }) => user).filter((user) => user !== ''));

const minus = (some: ReadonlySet<string>, others: ReadonlySet<string>): readonly string[] =>
  [...some].filter((one) => !others.has(one));
