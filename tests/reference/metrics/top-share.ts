// `top_share`: the share of the most active user in the events of known users.
import type { Look } from '../look.ts';
import { numberOr, type PlainMap } from '../plain.ts';
import { inWindow } from './counted.ts';

export const topShare = (look: Look, metric: PlainMap): number | null =>
  inWindow(look, metric, metric.top_share, (events) => {
    const counts = new Map<string, number>();
    for (const { user } of events) if (user !== '') counts.set(user, (counts.get(user) ?? 0) + 1);
    const total = [...counts.values()].reduce((sum, one) => sum + one, 0);
    if (total === 0 || total < numberOr(metric.min_total, 1)) return null;
    return Math.max(...counts.values()) / total;
  });
