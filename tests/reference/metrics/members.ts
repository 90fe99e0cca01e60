// `members: any`: users that belong to the account, active or not; with a window, those who joined in it.
import { type Look, userTraitOf, type Value } from '../look.ts';
import { isMap, type Plain, type PlainMap } from '../plain.ts';
import { testValue } from '../test-value.ts';
import { contains, windowOf } from '../window.ts';

export function members(look: Look, metric: PlainMap): number | null {
  const end = look.calendar.endOf(look.day);
  const joined = new Map<string, number>();
  for (const { user, account, from } of look.facts.members) {
    if (account !== look.account || from > end) continue;
    joined.set(user, Math.min(from, joined.get(user) ?? from));
  }
  const span = metric.window === undefined ? undefined : windowOf(look, metric.window);
  if (span === null) return null;
  return [...joined].filter(
    ([user, from]) =>
      (span === undefined || contains(span, look.calendar.dayOf(from))) && passes(look, user, metric.where),
  ).length;
}

function passes(look: Look, user: string, where: Plain | undefined): boolean {
  if (!isMap(where)) return true;
  return Object.entries(where).every(([property, tests]) => {
    const text = property === 'user_id' ? user : userTraitOf(look, user, property.replace('user.', ''));
    const value: Value = { kind: 'text', value: text };
    return testValue(value, tests, look) === true;
  });
}
