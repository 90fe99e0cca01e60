// Which users belong to which accounts, and whose an event without an account is.
import type { Corrections } from './corrections.ts';
import type { Envelope } from './plain.ts';

export interface Membership {
  readonly user: string;
  readonly account: string;
  readonly from: number;
}

/** A person has those of all ids. */
export const memberships = (
  envelopes: readonly Envelope[],
  { personOf, isStatementTakenBack }: Corrections,
): readonly Membership[] =>
  envelopes.flatMap((envelope) => {
    const { type, user_id, account_id, timestamp } = envelope;
    if (type !== 'group' || user_id === undefined || account_id === undefined) return [];
    if (isStatementTakenBack(envelope, 'membership')) return [];
    return [{ user: personOf(user_id), account: account_id, from: Date.parse(timestamp) }];
  });

/** The account valid at the time, else the user's first one; ties: the smallest. Undefined without membership. */
export function ownerAt(all: readonly Membership[], user: string, at: number): string | undefined {
  const own = all.filter((membership) => membership.user === user);
  const times = own.map(({ from }) => from);
  const past = times.filter((from) => from <= at);
  const chosen = past.length > 0 ? Math.max(...past) : Math.min(...times);
  return own
    .filter(({ from }) => from === chosen)
    .map(({ account }) => account)
    .sort()[0];
}
