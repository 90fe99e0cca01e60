// Why a user stands out in an account, in words that a person in sales or support can use.
import { CHAMPION_DAYS } from '../rules/champion.ts';

/** What gives a user points as champion. */
export interface PersonFacts {
  /** Of the last 28. */
  readonly activeDays: number;
  /** Different events of the account in those days that the user used, and all of them. */
  readonly used: number;
  readonly names: number;
  /** Ever. */
  readonly invitations: number;
  readonly role: string | null;
  /** Whether the role gives points. */
  readonly roleCounts: boolean;
  readonly idleDays: number | null;
}

const SILENT_DAYS = 7;

/** In the order of the most points, and how long a person has been silent: without points, that alone. */
export function describePerson(facts: PersonFacts): readonly string[] {
  const { activeDays, used, names, invitations, role, roleCounts, idleDays } = facts;
  const reasons = [
    activeDays > 0 ? `active on ${activeDays} of ${CHAMPION_DAYS} days` : '',
    used > 0 ? `uses ${used} of ${names} features` : '',
    roleCounts && role !== null ? role.toLowerCase() : '',
    invitations > 0 ? `sent ${invitations} ${invitations === 1 ? 'invitation' : 'invitations'}` : '',
    idleDays === null ? 'never active' : idleDays >= SILENT_DAYS ? `silent for ${idleDays} days` : '',
  ];
  return reasons.filter((reason) => reason !== '');
}
