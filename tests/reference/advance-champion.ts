// The champion of an account, by the formula of §4: who stands out, and when one takes over from another.
import { type ChampionState, type Look, userTraitOf } from './look.ts';

const DAYS = 28;
const LEAD = 10;

export interface Candidate {
  readonly user: string;
  readonly points: number;
}

export const NO_CHAMPION: ChampionState = {
  champion: null,
  challenger: null,
  changed: false,
  doubtful: false,
};

/** Highest first; ties by user id. */
export function candidates(look: Look): readonly Candidate[] {
  const events = (look.facts.events.get(look.account) ?? []).filter(({ day }) => day <= look.day);
  const recent = events.filter(({ day }) => day > look.day - DAYS);
  const names = new Set(recent.map(({ event }) => event)).size;
  const invitations = (user: string) =>
    events.filter((event) => event.user === user && isInvitation(event.event)).length;
  const administrators = membersAt(look).filter((user) => isAdministrator(look, user));
  const users = new Set([...events.map(({ user }) => user).filter((user) => user !== ''), ...administrators]);
  const most = Math.max(0, ...[...users].map(invitations));
  const found = [...users].flatMap((user) => {
    const own = recent.filter((event) => event.user === user);
    if (own.length === 0 && invitations(user) === 0 && !administrators.includes(user)) return [];
    const points =
      (50 * new Set(own.map(({ day }) => day)).size) / DAYS +
      (names === 0 ? 0 : (20 * new Set(own.map(({ event }) => event)).size) / names) +
      (isAdministrator(look, user) ? 20 : 0) +
      (most === 0 ? 0 : (10 * invitations(user)) / most);
    return [{ user, points }];
  });
  return found.sort((a, b) => b.points - a.points || (a.user < b.user ? -1 : 1));
}

function membersAt({ facts, account, calendar, day }: Look): readonly string[] {
  const end = calendar.endOf(day);
  const own = facts.members.filter((member) => member.account === account && member.from <= end);
  return [...new Set(own.map(({ user }) => user))];
}

const isAdministrator = (look: Look, user: string): boolean =>
  ['owner', 'admin'].includes(userTraitOf(look, user, 'role')?.toLowerCase() ?? '');

const INVITATIONS: readonly string[] = [
  'userinvited',
  'memberinvited',
  'teammateinvited',
  'teammemberinvited',
  'colleagueinvited',
  'invitesent',
  'invitationsent',
  'inviteduser',
  'invitedmember',
  'invitedteammate',
  'inviteuser',
  'invitemember',
  'inviteteammate',
  'accountinvitesent',
];

const isInvitation = (event: string): boolean =>
  INVITATIONS.includes(event.toLowerCase().replace(/[^a-z]/g, ''));

/** Another must be ahead by ten at two closes running. */
export function advanceChampion(before: ChampionState, ranked: readonly Candidate[]): ChampionState {
  const { champion } = before;
  const kept = { ...before, challenger: null, changed: false };
  if (champion === null) return { ...kept, champion: ranked[0]?.user ?? null };
  const points = ranked.find(({ user }) => user === champion)?.points ?? 0;
  const other = ranked.find(({ user }) => user !== champion);
  if (other === undefined) return kept;
  const near = Math.abs(other.points - points - LEAD) < 1e-9 && points !== 0;
  const doubtful = before.doubtful || near;
  if (other.points < points + LEAD) return { ...kept, doubtful };
  if (before.challenger !== other.user) return { ...kept, challenger: other.user, doubtful };
  return { champion: other.user, challenger: null, changed: true, doubtful };
}

/** What may be said of the champion; all of it missing without one. */
export function championSubject(
  look: Look,
  key: string,
): { readonly text?: string | null; readonly number?: number | null } {
  const { champion, changed, doubtful } = look.championState();
  if (doubtful) look.doubt();
  const trait = (name: string) => (champion === null ? null : userTraitOf(look, champion, name));
  switch (key) {
    case 'idle_days':
      return { number: idleDays(look, champion) };
    case 'changed':
      return { text: champion === null ? null : String(changed) };
    case 'name':
      return { text: trait('name') ?? trait('email') ?? champion };
    case 'user_id':
      return { text: champion };
    default:
      return { text: trait(key) };
  }
}

function idleDays({ facts, account, day }: Look, champion: string | null): number | null {
  if (champion === null) return null;
  const own = (facts.events.get(account) ?? []).filter(
    (event) => event.user === champion && event.day <= day,
  );
  return own.length === 0 ? null : day - Math.max(...own.map((event) => event.day));
}
