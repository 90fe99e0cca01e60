// The champion of an account: the one user who stands out. What the points are made of; the SQL stands in compile/.
import type { SeriesDefinition } from './series.ts';

/** Days that end with the day of T. */
export const CHAMPION_DAYS = 28;

/** How far ahead another must be, at two closes running, to become champion. */
export const CHAMPION_LEAD = 10;

/** The most that each part gives. */
export const CHAMPION_POINTS = { days: 50, events: 20, role: 20, invitations: 10 } as const;

/** Values of the user trait `role`, lower-cased, that count. */
export const CHAMPION_ROLES: readonly string[] = ['owner', 'admin'];

/** Days and event names of each user. */
export const ACTIVITY: SeriesDefinition = {
  events: { kind: 'any' },
  where: [],
  measure: { kind: 'names' },
  perUser: true,
};

/** Events by which a user brings others in, however their names are written. */
export const INVITATIONS: SeriesDefinition = {
  events: {
    kind: 'spelled',
    letters: [
      'accountinvitesent',
      'colleagueinvited',
      'invitationsent',
      'invitedmember',
      'invitedteammate',
      'inviteduser',
      'invitemember',
      'invitesent',
      'inviteteammate',
      'inviteuser',
      'memberinvited',
      'teammateinvited',
      'teammemberinvited',
      'userinvited',
    ],
  },
  where: [],
  measure: { kind: 'events' },
  perUser: true,
};
