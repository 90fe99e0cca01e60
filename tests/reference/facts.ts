// Everything that was received, put in order: what the reference evaluator looks at. Built anew for each close.
import { attributeEvents, type TrackedEvent } from './attribute-events.ts';
import type { Calendar } from './calendar.ts';
import { type Corrections, gatherCorrections } from './corrections.ts';
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
  readonly personOf: (user: string) => string;
}

export function gatherFacts(envelopes: readonly Envelope[], calendar: Calendar): Facts {
  const corrections = gatherCorrections(envelopes);
  const members = memberships(envelopes, corrections);
  const events = new Map<string, DatedEvent[]>();
  for (const event of attributeEvents(envelopes, { members, corrections })) {
    const own = events.get(event.account) ?? [];
    events.set(event.account, own);
    own.push({ ...event, day: calendar.dayOf(event.at) });
  }
  for (const own of events.values()) own.sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
  return {
    events,
    members,
    accountTraits: traitHistory(envelopes, 'account', corrections),
    userTraits: traitHistory(envelopes, 'user', corrections),
    firstSeen: firstSeen(envelopes, corrections),
    personOf: corrections.personOf,
  };
}

/** Where the first may have been taken back, the first that is left, if any is; of copies the one that counts. */
function firstSeen(envelopes: readonly Envelope[], corrections: Corrections): ReadonlyMap<string, number> {
  const sent = envelopes.filter(({ type }) => type === 'track' || type === 'group');
  const first = firstOf(sent);
  const left = firstOf(whatIsLeft(sent, corrections));
  for (const [account, at] of first) {
    if (!corrections.mayBeYounger(account, at)) continue;
    const younger = left.get(account);
    if (younger === undefined) first.delete(account);
    else first.set(account, younger);
  }
  return first;
}

function whatIsLeft(sent: readonly Envelope[], corrections: Corrections): readonly Envelope[] {
  const seen = new Set<string>();
  return sent.filter((envelope) => {
    if (envelope.type === 'group') {
      const member =
        envelope.user_id !== undefined && !corrections.isStatementTakenBack(envelope, 'membership');
      const says = envelope.user_id === undefined || Object.keys(envelope.traits ?? {}).length > 0;
      return member || (says && !corrections.isStatementTakenBack(envelope, 'traits'));
    }
    const { account_id, event, id, timestamp } = envelope;
    const key = JSON.stringify([account_id, event, id, timestamp.slice(0, 10)]);
    if (seen.has(key)) return false;
    seen.add(key);
    return !corrections.isTakenBack(envelope);
  });
}

function firstOf(envelopes: readonly Envelope[]): Map<string, number> {
  const first = new Map<string, number>();
  for (const { account_id: account, timestamp } of envelopes) {
    if (account === undefined) continue;
    const at = Date.parse(timestamp);
    first.set(account, Math.min(at, first.get(account) ?? at));
  }
  return first;
}
