// Random accounts for tests of champions, and who their champions are, told from the language's page in plain loops.
import fc from 'fast-check';
import { addDays, type Day } from '../../../src/model/time.ts';
import { identify } from './champion-project.ts';
import { group, track } from './project.ts';

export const FIRST = '2026-01-01' as Day;

/** Days count from 0, which is FIRST. */
interface RandomUser {
  readonly id: string;
  readonly stretches: readonly { readonly from: number; readonly days: number; readonly event: string }[];
  readonly roles: readonly { readonly day: number; readonly role: string }[];
  readonly joins: number | undefined;
}

export type RandomAccount = readonly RandomUser[];

export const DAYS = 60;

const aDay = fc.integer({ min: 0, max: DAYS - 1 });
const anEvent = fc.constantFrom('used', 'shared', 'exported', 'user_invited', 'Invite Sent');
const aUser = (id: string): fc.Arbitrary<RandomUser> =>
  fc.record({
    id: fc.constant(id),
    stretches: fc.array(fc.record({ from: aDay, days: fc.integer({ min: 1, max: 25 }), event: anEvent }), {
      maxLength: 4,
    }),
    roles: fc.array(fc.record({ day: aDay, role: fc.constantFrom('owner', 'Admin', 'member', '') }), {
      maxLength: 3,
    }),
    joins: fc.option(aDay, { nil: undefined }),
  });

/** Events without a user are those of ''. */
export const anAccount: fc.Arbitrary<RandomAccount> = fc
  .subarray(['ann', 'Bob', 'cat', 'dan', ''], { minLength: 1 })
  .chain((ids) => fc.tuple(...ids.map(aUser)));

const at = (day: number): string => `${addDays(FIRST, day)}T10:00:00Z`;

export function envelopesOf(account: string, users: RandomAccount): readonly object[] {
  return users.flatMap(({ id, stretches, roles, joins }) => [
    ...stretches.flatMap(({ from, days, event }) =>
      daysOf(from, days).map((day) =>
        track(account, id === '' ? undefined : userOf(account, id), event, at(day)),
      ),
    ),
    ...(id === '' || joins === undefined ? [] : [group(account, {}, at(joins), userOf(account, id))]),
    ...(id === ''
      ? []
      : rolesInOrder(roles).map(({ day, role }) => identify(userOf(account, id), { role }, at(day)))),
  ]);
}

/** Users are of one account each, since a trait is theirs wherever they are. */
const userOf = (account: string, id: string): string => `${id}-${account}`;

const daysOf = (from: number, days: number): readonly number[] =>
  Array.from({ length: Math.min(days, DAYS - from) }, (_, index) => from + index);

/** One role a day, the last one told. */
const rolesInOrder = (roles: RandomUser['roles']) =>
  [...new Map(roles.map((one) => [one.day, one])).values()].sort((a, b) => a.day - b.day);

interface ToldChampion {
  readonly day: string;
  readonly user_id: string;
  readonly changed: boolean;
  readonly challenger: string;
}

/** The days on which something changes, as the table has them. */
export function tellChampions(account: string, users: RandomAccount): readonly ToldChampion[] {
  const told: ToldChampion[] = [];
  let [champion, challenger] = ['', ''];
  for (let day = 0; day < DAYS; day++) {
    const ranked = rank(account, users, day);
    const before = `${champion} ${challenger}`;
    const rival = ranked.find(({ id }) => id !== champion);
    const own = ranked.find(({ id }) => id === champion)?.points ?? 0;
    const ahead = rival !== undefined && rival.points >= own + 10 - 1e-9;
    let changed = false;
    if (champion === '') champion = ranked[0]?.id ?? '';
    else if (ahead && rival.id === challenger) {
      [champion, challenger, changed] = [rival.id, '', true];
    } else challenger = ahead ? rival.id : '';
    if (`${champion} ${challenger}` !== before)
      told.push({ day: addDays(FIRST, day), user_id: champion, changed, challenger });
  }
  return told;
}

function rank(account: string, users: RandomAccount, day: number) {
  const activity = users.map((user) => {
    const events = user.stretches.flatMap(({ from, days, event }) =>
      daysOf(from, days)
        .filter((one) => one <= day)
        .map((one) => ({ day: one, event })),
    );
    const recent = events.filter((one) => one.day > day - 28);
    return {
      ...user,
      activeDays: new Set(recent.map((one) => one.day)).size,
      names: new Set(recent.map(({ event }) => event)),
      invitations: events.filter(({ event }) => event === 'user_invited' || event === 'Invite Sent').length,
      rules: ['owner', 'admin'].includes(
        rolesInOrder(user.roles)
          .filter((role) => role.day <= day)
          .at(-1)
          ?.role.toLowerCase() ?? '',
      ),
      isMember: user.joins !== undefined && user.joins <= day,
    };
  });
  const names = new Set(activity.flatMap((user) => [...user.names])).size;
  const people = activity.filter(({ id }) => id !== '');
  const most = Math.max(...people.map(({ invitations }) => invitations));
  return people
    .filter((user) => user.activeDays > 0 || user.invitations > 0 || (user.isMember && user.rules))
    .map((user) => ({
      id: userOf(account, user.id),
      points:
        (user.activeDays / 28) * 50 +
        (names === 0 ? 0 : (user.names.size / names) * 20) +
        (user.rules ? 20 : 0) +
        (most === 0 ? 0 : (user.invitations / most) * 10),
    }))
    .sort((a, b) => (Math.abs(a.points - b.points) > 1e-9 ? b.points - a.points : a.id < b.id ? -1 : 1));
}
