// What `users_gained`, `users_lost` and `users_kept` share: the users of the window and of the window before it.
import type { CountedUsers, DayRange, EmitContext, Metric, Reduction } from '../metric.ts';
import { entryOf } from '../read/source.ts';
import type { EventSet, Filter } from '../series.ts';
import { type Window, windowReach } from '../window.ts';
import type { MetricPlace } from './define-metric.ts';
import { seriesMetric } from './series-metric.ts';

interface ComparedUsers {
  readonly kind: string;
  readonly events: EventSet;
  readonly where: Filter | undefined;
  readonly window: Window;
  readonly rising: boolean;
  readonly counted: CountedUsers;
}

/** Undefined after a problem was reported: not every window has one before it. */
export function comparedUsers(parts: ComparedUsers, place: MetricPlace): Metric | undefined {
  const { window, counted } = parts;
  const reach = windowReach(window);
  if (reach === undefined) return reportNoWindowBefore(place);
  const metric = seriesMetric({
    ...parts,
    reachDays: reach,
    unit: 'users',
    nullable: false,
    sql: (context) => countUsers(parts, context),
  });
  return { ...metric, counted };
}

function countUsers({ window, counted }: ComparedUsers, context: EmitContext): string {
  const now = usersIn(window, context);
  const before = usersIn(windowBefore(window, context.windowStart(window)), context);
  const both = `length(arrayIntersect(${now}, ${before}))`;
  return counted.alsoInOther ? both : `length(${counted.of === 'now' ? now : before}) - ${both}`;
}

const usersIn = (window: Reduction['window'], context: EmitContext): string =>
  context.reduce({ aggregate: 'groupUniqArrayArray', of: 'members', window });

/** As many days, or as many whole months. `start` is SQL of the window's first day. */
export function windowBefore(window: Window, start: string): DayRange {
  const first =
    window.kind === 'months'
      ? `toInt32(addMonths(toDate32(${start}), -${window.months}))`
      : `(${start} - ${windowReach(window)})`;
  return { kind: 'range', first, last: `(${start} - 1)` };
}

function reportNoWindowBefore({ reading, node, what }: MetricPlace): undefined {
  const at = entryOf(node, 'window')?.value ?? node;
  const hint = 'days, weeks or months, such as 28d or 1mo';
  reading.problems.add('M005', at.span, `${what} needs a window that has one before it`, hint);
  return undefined;
}
