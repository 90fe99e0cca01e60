// Segment's tracking messages (RudderStack sends the same) in terms of the canonical envelope. Renames fields only:
// whether their values make an event is decided in one place, decode-object.ts.
import type { WireObject } from './wire-object.ts';

/** True for a message with one of Segment's own field names and none of the canonical envelope's. */
export function isSegmentMessage(message: WireObject): boolean {
  if (message.account_id !== undefined || message.user_id !== undefined || message.id !== undefined)
    return false;
  return (
    message.messageId !== undefined ||
    message.userId !== undefined ||
    message.anonymousId !== undefined ||
    message.groupId !== undefined ||
    message.originalTimestamp !== undefined ||
    message.context !== undefined
  );
}

/**
 * The user is `userId`, else `anonymousId`; the account `groupId`, else `context.groupId`; the time is the
 * client's own, `originalTimestamp` where a gateway has corrected `timestamp`. `sentAt` is not used, since a retry
 * changes it.
 */
export function segmentToCanonical(message: WireObject): WireObject {
  return {
    type: message.type,
    id: message.messageId,
    account_id: firstGiven(message.groupId, groupOf(message.context)),
    user_id: firstGiven(message.userId, message.anonymousId),
    event: message.event,
    timestamp: firstGiven(message.originalTimestamp, message.timestamp),
    properties: message.properties,
    traits: message.traits,
  };
}

const isGiven = (value: unknown): boolean => value !== undefined && value !== null && value !== '';

const firstGiven = (first: unknown, second: unknown): unknown => (isGiven(first) ? first : second);

function groupOf(context: unknown): unknown {
  if (typeof context !== 'object' || context === null) return undefined;
  return (context as WireObject).groupId;
}
