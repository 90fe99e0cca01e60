// Random `where` maps over the properties that the worlds' events have, and over the users who did them.
import { dayText } from '../reference/calendar.ts';
import type { Plain, PlainMap } from '../reference/plain.ts';
import type { Choose } from './choose.ts';
import type { Features } from './features.ts';

/** About the middle of what the worlds' dates lie around. */
const SOME_DAYS = [20_500, 20_560, 20_600];

export function generateWhere(choose: Choose, features: Features): PlainMap {
  const text = (...words: readonly string[]): Plain =>
    choose.of<readonly Plain[]>(
      choose.of(...words),
      { in: [...choose.some(words)] },
      { not: choose.of(...words) },
      { not: { in: [...choose.some(words)] } },
      { starts_with: choose.of(...words).slice(0, 2) },
      { ends_with: choose.of(...words).slice(-2) },
      { contains: choose.of('a', 'o', 'r') },
      { exists: choose.chance(50) },
    );
  const date = () => dayText(choose.of(...SOME_DAYS) + choose.whole(-5, 5));
  const entries: Readonly<Record<string, () => Plain>> = {
    channel: () => text('general', 'random', 'ops team'),
    rows: () => numberTest(choose, [0, 1, 2, 2.5, 7, 8, 12.5]),
    amount: () => numberTest(choose, [-0.5, 0.1, 3, 19.99]),
    'plan.tier': () => text('pro', 'basic'),
    'plan.limits.seats': () => numberTest(choose, [1, 5]),
    due: () => choose.of<readonly Plain[]>({ gte: date() }, { lt: date() }, date(), { not: { gte: date() } }),
    flag: () => choose.of<readonly Plain[]>(true, false, { not: true }, { exists: true }),
    user_id: () =>
      choose.of<readonly Plain[]>(
        { ends_with: 'u1' },
        { not: { ends_with: 'u0' } },
        { exists: choose.chance(50) },
      ),
    ...(features.has('where_user_trait')
      ? {
          'user.role': () => text('owner', 'admin', 'member'),
          'user.level': () => numberTest(choose, [1, 2, 3]),
        }
      : {}),
  };
  const keys = Object.keys(entries);
  const chosen = choose.chance(70) ? [choose.of(...keys)] : choose.some(keys, 25).slice(0, 3);
  return Object.fromEntries(chosen.map((key) => [key, entries[key]?.() ?? true]));
}

export function numberTest(choose: Choose, bounds: readonly number[]): Plain {
  const bound = choose.of(...bounds);
  const more = bound + choose.of(0, 1, 2.5, 5);
  return choose.of<readonly Plain[]>(
    { gte: bound },
    { gte: bound },
    { gt: bound },
    { lte: bound },
    { lt: bound },
    bound,
    { between: [bound, more] },
    { in: [...new Set([bound, more])] },
    { not: bound },
    { not: { gte: bound, lt: more } },
    { gte: bound, lte: more },
    { exists: choose.chance(70) },
  );
}
