// The champion of an account, by the formula of §4: who stands out, and when one takes over from another.
import { type ChampionState, type Look, userTraitOf } from './look.ts';

const DAYS = 28;
const LEAD = 10;

export interface Candidate {
  readonly user: string;
  /** Whole parts of a point, so that ties are ties. */
  readonly parts: number;
  /** How many make a point: the same for all of an account at a close. */
  readonly perPoint: number;
}

export const NO_CHAMPION: ChampionState = { champion: null, challenger: null, changed: false };

/** Highest first; ties by user id. */
export function candidates(look: Look): readonly Candidate[] {
  const events = (look.facts.events.get(look.account) ?? []).filter(({ day }) => day <= look.day);
  const recent = events.filter(({ day }) => day > look.day - DAYS);
  const allNames = Math.max(1, new Set(recent.map(({ event }) => event)).size);
  const invitations = (user: string) =>
    events.filter((event) => event.user === user && isInvitation(event.event)).length;
  const administrators = membersAt(look).filter((user) => isAdministrator(look, user));
  const users = new Set([...events.map(({ user }) => user).filter((user) => user !== ''), ...administrators]);
  const most = Math.max(1, ...[...users].map(invitations));
  const perPoint = DAYS * allNames * most;
  const found = [...users].flatMap((user) => {
    const own = recent.filter((event) => event.user === user);
    if (own.length === 0 && invitations(user) === 0 && !administrators.includes(user)) return [];
    const activeDays = new Set(own.map(({ day }) => day)).size;
    const usedNames = new Set(own.map(({ event }) => event)).size;
    const parts =
      50 * activeDays * (perPoint / DAYS) +
      20 * usedNames * (perPoint / allNames) +
      (isAdministrator(look, user) ? 20 * perPoint : 0) +
      10 * invitations(user) * (perPoint / most);
    return [{ user, parts, perPoint }];
  });
  return found.sort((a, b) => b.parts - a.parts || (a.user < b.user ? -1 : 1));
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
  const parts = ranked.find(({ user }) => user === champion)?.parts ?? 0;
  const other = ranked.find(({ user }) => user !== champion);
  if (other === undefined || other.parts < parts + LEAD * other.perPoint) return kept;
  if (before.challenger !== other.user) return { ...kept, challenger: other.user };
  return { champion: other.user, challenger: null, changed: true };
}

/** What may be said of the champion; all of it missing without one. */
export function championSubject(
  look: Look,
  key: string,
): { readonly text?: string | null; readonly number?: number | null } {
  const { champion, changed } = look.championState();
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
