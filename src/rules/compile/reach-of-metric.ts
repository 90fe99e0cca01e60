// How many days before T a metric reads of its series or of raw rows: what bounds the statements in time.
import type { Anchor, Metric } from '../metric.ts';
import { windowReach } from '../window.ts';

/**
 * Undefined where that depends on the account. One more than needed, because a tick's last closed day is yesterday.
 */
export function reachOfMetric(metric: Metric, anchor: Anchor): number | undefined {
  const own = metric.window === undefined ? undefined : windowReach(metric.window);
  const reach = own === undefined ? metric.reachDays : own + (metric.reachDays ?? 0);
  if (reach === undefined) return undefined;
  return reach + reachOfAnchor(anchor);
}

/** Days before T of an anchor, or more. */
export const reachOfAnchor = (anchor: Anchor): number => (anchor.kind === 'T' ? 0 : anchorReach(anchor) + 1);

const LONGEST = { week: 7, month: 31 };

const anchorReach = (anchor: Exclude<Anchor, { kind: 'T' }>): number =>
  anchor.daysBack +
  (anchor.end === undefined ? 0 : (anchor.end.from ?? 0) + LONGEST[anchor.end.unit] * (anchor.end.back + 1));
