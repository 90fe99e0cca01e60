// Tracked events, each once, each with its account: the first received of (account, event, UTC day, id) wins.
import type { Corrections } from './corrections.ts';
import { type Membership, ownerAt } from './memberships.ts';
import type { Envelope, PlainMap } from './plain.ts';

export interface TrackedEvent {
  readonly account: string;
  /** Empty when nobody is known to have done it. */
  readonly user: string;
  readonly event: string;
  readonly at: number;
  readonly id: string;
  readonly properties: PlainMap;
}

/** An event without an account that its owner has with one as well is left out; one without an owner counts nowhere. */
export function attributeEvents(
  envelopes: readonly Envelope[],
  { members, corrections }: { readonly members: readonly Membership[]; readonly corrections: Corrections },
): readonly TrackedEvent[] {
  const left = (events: readonly SentEvent[]) =>
    events
      .filter(({ envelope }) => !corrections.isTakenBack(envelope))
      .map(({ envelope: _, ...event }) => ({ ...event, user: corrections.personOf(event.user) }));
  const tracked = envelopes.filter(({ type }) => type === 'track').map(readEvent);
  const direct = left(firstOfEach(tracked.filter(({ account }) => account !== '')));
  // Before it has an account, an event is one of its user.
  const byUser = ({ user }: TrackedEvent) => user;
  const sent = firstOfEach(
    tracked.filter(({ account, user }) => account === '' && user !== ''),
    byUser,
  );
  const loose = firstOfEach(left(sent), byUser);
  const owned = loose.flatMap((event) => {
    const account = ownerAt(members, event.user, event.at);
    return account === undefined ? [] : [{ ...event, account }];
  });
  return firstOfEach([...direct, ...owned]);
}

interface SentEvent extends TrackedEvent {
  readonly envelope: Envelope;
}

const readEvent = (envelope: Envelope): SentEvent => ({
  envelope,
  account: envelope.account_id ?? '',
  user: envelope.user_id ?? '',
  event: envelope.event ?? '',
  at: Date.parse(envelope.timestamp),
  id: envelope.id,
  properties: envelope.properties ?? {},
});

function firstOfEach<E extends TrackedEvent>(
  events: readonly E[],
  owner: (event: TrackedEvent) => string = ({ account }) => account,
): readonly E[] {
  const seen = new Set<string>();
  return events.filter((event) => {
    const day = Math.floor(event.at / 86_400_000);
    const key = JSON.stringify([owner(event), event.event, day, event.id]);
    return !seen.has(key) && seen.add(key);
  });
}
