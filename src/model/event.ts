// The canonical envelope: one usage event, or one statement about a user or an account.
import type { AccountId, EventId, UserId } from './ids.ts';
import type { JsonObject, JsonValue } from './json.ts';
import type { EpochMillis } from './time.ts';

interface Envelope {
  /** The idempotency key; derived from a canonical hash when the client sent none. */
  readonly id: EventId;
  readonly idDerived: boolean;
  /** The client's, else that of a UUIDv7 id, else the collector's; never corrected for skew. UTC. */
  readonly timestamp: EpochMillis;
}

/** Something a user did. Without an account it is attributed later, through the user's memberships. */
export interface TrackEvent extends Envelope {
  readonly type: 'track';
  readonly event: string;
  /** At least one of `accountId` and `userId` is there. */
  readonly accountId: AccountId | undefined;
  readonly userId: UserId | undefined;
  readonly properties: JsonObject;
}

/** What is true of a user from `timestamp` on; a null value takes the trait away. */
export interface IdentifyEvent extends Envelope {
  readonly type: 'identify';
  readonly userId: UserId;
  readonly traits: { readonly [trait: string]: JsonValue };
}

/** What is true of an account from `timestamp` on and, with a user, that the user belongs to it. */
export interface GroupEvent extends Envelope {
  readonly type: 'group';
  readonly accountId: AccountId;
  readonly userId: UserId | undefined;
  readonly traits: { readonly [trait: string]: JsonValue };
}

/** Two ids are one person's, at all times: what either has done, the person has done. */
export interface AliasEvent extends Envelope {
  readonly type: 'alias';
  /** The id to go by. */
  readonly userId: UserId;
  readonly previousId: UserId;
}

/**
 * Takes back what was stated before: with an `eventId` one event, the one of this name, id and UTC day of `timestamp`;
 * without, everything of the account or of the user without one whose own time is not after `timestamp`.
 */
export interface RetractEvent extends Envelope {
  readonly type: 'retract';
  /** At least one of `accountId` and `userId` is there. With both: of this user in this account. */
  readonly accountId: AccountId | undefined;
  readonly userId: UserId | undefined;
  /** Undefined: events of every name and, where no event is named, memberships and traits too. */
  readonly event: string | undefined;
  /** Only with `event`. */
  readonly eventId: EventId | undefined;
  readonly reason: string;
}

export type CanonicalEvent = TrackEvent | IdentifyEvent | GroupEvent | AliasEvent | RetractEvent;

/** Why a message is not an event. The list is closed; each is explained in docs/errors.md. */
export type RejectReason =
  | 'empty_message'
  | 'invalid_utf8'
  | 'invalid_json'
  | 'not_an_object'
  | 'nested_too_deep'
  | 'too_large'
  | 'unknown_type'
  | 'missing_event'
  | 'missing_account'
  | 'missing_user'
  | 'missing_account_and_user'
  | 'missing_previous_id'
  | 'same_user'
  | 'invalid_field'
  | 'invalid_timestamp'
  | 'timestamp_out_of_range';

export interface Rejection {
  readonly reason: RejectReason;
  /** A sentence that says where and what to do. */
  readonly detail: string;
}
