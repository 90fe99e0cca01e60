// Who is one person, and what was taken back: by looking at every alias and retraction for every question.
import type { Envelope } from './plain.ts';

export interface Corrections {
  /** The id that a user and all that are joined with it go by. */
  personOf(user: string): string;
  /** Of a track event as it was sent. */
  isTakenBack(event: Envelope): boolean;
  /** Of a group call: that its user belongs to the account, or what it says of the account. */
  isStatementTakenBack(group: Envelope, what: 'membership' | 'traits'): boolean;
  /** Of an account whose first row is of this instant: may that be one that was taken back? */
  mayBeYounger(account: string, firstSeen: number): boolean;
}

export function gatherCorrections(envelopes: readonly Envelope[]): Corrections {
  const persons = personsOf(envelopes.filter(({ type }) => type === 'alias'));
  const retractions = envelopes.filter(({ type }) => type === 'retract');
  const whole = retractions.filter(({ event_id }) => event_id === undefined);
  return {
    personOf: (user) => persons.get(user) ?? user,
    isTakenBack: (event) => retractions.some((retraction) => takesBack(retraction, event)),
    isStatementTakenBack: (group, what) =>
      whole.some(
        ({ account_id, user_id, event, timestamp }) =>
          account_id === group.account_id &&
          event === undefined &&
          (user_id === undefined || (what === 'membership' && user_id === group.user_id)) &&
          Date.parse(group.timestamp) <= Date.parse(timestamp),
      ),
    mayBeYounger: (account, firstSeen) =>
      retractions.some(
        ({ account_id, event_id, timestamp }) =>
          account_id === account && (event_id === undefined || dayOf(timestamp) <= dayOf(firstSeen)),
      ),
  };
}

/** By its key, or with everything of its account or user up to a time. */
function takesBack(retraction: Envelope, event: Envelope): boolean {
  const { account_id, user_id } = retraction;
  if (account_id !== event.account_id) return false;
  const sameUser = user_id === event.user_id;
  if (retraction.event_id !== undefined)
    return (
      (account_id !== undefined || sameUser) &&
      retraction.event === event.event &&
      retraction.event_id === event.id &&
      dayOf(retraction.timestamp) === dayOf(event.timestamp)
    );
  return (
    (user_id === undefined || sameUser) &&
    (retraction.event === undefined || retraction.event === event.event) &&
    Date.parse(event.timestamp) <= Date.parse(retraction.timestamp)
  );
}

const dayOf = (instant: string | number): number => Math.floor(new Date(instant).getTime() / 86_400_000);

/** Each alias makes one set of two. A person goes by the smallest id that is never a previous one, else the smallest. */
function personsOf(aliases: readonly Envelope[]): ReadonlyMap<string, string> {
  const sets = new Map<string, Set<string>>();
  for (const { user_id = '', previous_id = '' } of aliases) {
    const both = new Set([
      user_id,
      previous_id,
      ...(sets.get(user_id) ?? []),
      ...(sets.get(previous_id) ?? []),
    ]);
    for (const id of both) sets.set(id, both);
  }
  const previous = new Set(aliases.map(({ previous_id }) => previous_id));
  return new Map(
    [...sets].map(([id, set]) => {
      const lasting = [...set].filter((other) => !previous.has(other));
      return [id, (lasting.length > 0 ? lasting : [...set]).sort()[0] ?? id];
    }),
  );
}
