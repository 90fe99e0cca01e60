// From parsed JSON to what corrects earlier statements: who is the same person, and what was never so.
import type { AliasEvent, RetractEvent } from '../model/event.ts';
import type { AccountId, EventId, UserId } from '../model/ids.ts';
import { type DecodeContext, type Decoded, nameOf, readEnvelope, readId, reject } from './read-fields.ts';
import type { WireObject } from './wire-object.ts';

export function decodeAlias(wire: WireObject, context: DecodeContext): Decoded {
  const userId = readId(wire.user_id, 'user_id');
  if (typeof userId === 'object') return userId;
  const previousId = readId(wire.previous_id, 'previous_id');
  if (typeof previousId === 'object') return previousId;
  if (userId === undefined) return reject('missing_user', 'An "alias" needs "user_id", the id to go by.');
  if (previousId === undefined) {
    return reject('missing_previous_id', 'An "alias" needs "previous_id", the other id of the user.');
  }
  if (userId === previousId) {
    return reject('same_user', `"user_id" and "previous_id" are the same; there is nothing to join.`);
  }
  const envelope = readEnvelope(wire, context);
  if ('ok' in envelope) return envelope;
  const event: AliasEvent = {
    type: 'alias',
    ...envelope,
    userId: userId as UserId,
    previousId: previousId as UserId,
  };
  return { ok: true, event };
}

/** @see RetractEvent */
export function decodeRetract(wire: WireObject, context: DecodeContext): Decoded {
  const [accountId, userId, event, eventId] = [
    readId(wire.account_id, 'account_id'),
    readId(wire.user_id, 'user_id'),
    readId(wire.event, 'event'),
    readId(wire.event_id, 'event_id'),
  ];
  if (typeof accountId === 'object') return accountId;
  if (typeof userId === 'object') return userId;
  if (typeof event === 'object') return event;
  if (typeof eventId === 'object') return eventId;
  if (accountId === undefined && userId === undefined) {
    return reject('missing_account_and_user', 'A "retract" needs "account_id" or "user_id", or both.');
  }
  if (eventId !== undefined && event === undefined) {
    return reject('missing_event', 'A "retract" with "event_id" needs "event", the name of what was done.');
  }
  const { reason = '' } = wire;
  if (typeof reason !== 'string')
    return reject('invalid_field', `"reason" must be text, not ${nameOf(reason)}.`);
  const envelope = readEnvelope(wire, context);
  if ('ok' in envelope) return envelope;
  const retraction: RetractEvent = {
    type: 'retract',
    ...envelope,
    accountId: accountId as AccountId | undefined,
    userId: userId as UserId | undefined,
    event,
    eventId: eventId as EventId | undefined,
    reason,
  };
  return { ok: true, event: retraction };
}
