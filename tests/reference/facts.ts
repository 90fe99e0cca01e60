// Everything that was received, put in order: what the reference evaluator looks at. Built anew for each close.
import { attributeEvents, type TrackedEvent } from './attribute-events.ts';
import type { Calendar } from './calendar.ts';
import { type Membership, memberships } from './memberships.ts';
import type { Envelope } from './plain.ts';
import { type TraitHistory, traitHistory } from './trait-history.ts';

interface DatedEvent extends TrackedEvent {
  /** Local day. */
  readonly day: number;
}

export interface Facts {
  /** By account, sorted by (timestamp, id). */
  readonly events: ReadonlyMap<string, readonly DatedEvent[]>;
  readonly members: readonly Membership[];
  readonly accountTraits: TraitHistory;
  readonly userTraits: TraitHistory;
  /** When each account was first heard of: by an event with its id, a membership or a group call. */
  readonly firstSeen: ReadonlyMap<string, number>;
}

export function gatherFacts(envelopes: readonly Envelope[], calendar: Calendar): Facts {
  const members = memberships(envelopes);
  const events = new Map<string, DatedEvent[]>();
  for (const event of attributeEvents(envelopes, members)) {
    const own = events.get(event.account) ?? [];
    events.set(event.account, own);
    own.push({ ...event, day: calendar.dayOf(event.at) });
  }
  for (const own of events.values()) own.sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
  return {
    events,
    members,
    accountTraits: traitHistory(envelopes, 'account'),
    userTraits: traitHistory(envelopes, 'user'),
    firstSeen: firstSeen(envelopes),
  };
}

function firstSeen(envelopes: readonly Envelope[]): ReadonlyMap<string, number> {
  const first = new Map<string, number>();
  for (const { account_id: account, timestamp } of envelopes) {
    if (account === undefined) continue;
    const at = Date.parse(timestamp);
    first.set(account, Math.min(at, first.get(account) ?? at));
  }
  return first;
}
