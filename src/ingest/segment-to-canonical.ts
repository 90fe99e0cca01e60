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
    message.context !== undefined ||
    isView(message.type)
  );
}

/**
 * The user is `userId`, else `anonymousId`; the account `groupId`, else `context.groupId`; the time is the client's
 * own. `sentAt` is not used, since a retry changes it.
 */
export function segmentToCanonical(message: WireObject): WireObject {
  return {
    type: isView(message.type) ? 'track' : message.type,
    id: message.messageId,
    account_id: firstGiven(message.groupId, groupOf(message.context)),
    user_id: firstGiven(message.userId, message.anonymousId),
    previous_id: message.previousId,
    event: isView(message.type) ? message.type : message.event,
    timestamp: timeOf(message),
    properties: isView(message.type) ? viewProperties(message) : message.properties,
    traits: traitsOf(message),
  };
}

/**
 * A gateway, which tells when it received a message, has corrected `timestamp` by the clocks, differently with each
 * retry, and kept what the client said in `originalTimestamp`. A client's own `timestamp` is the time that its caller
 * gave it, beside which RudderStack's client writes the time of the call into `originalTimestamp`.
 */
function timeOf({ originalTimestamp, timestamp, receivedAt }: WireObject): unknown {
  return isGiven(receivedAt)
    ? firstGiven(originalTimestamp, timestamp)
    : firstGiven(timestamp, originalTimestamp);
}

/** RudderStack's clients for browsers and phones have a user's traits in the context alone. */
function traitsOf({ type, traits, context }: WireObject): unknown {
  if (type !== 'identify' || isGiven(traits)) return traits;
  return typeof context === 'object' && context !== null ? (context as WireObject).traits : undefined;
}

/** A page or a screen that was looked at: an event of that name. */
const isView = (type: unknown): boolean => type === 'page' || type === 'screen';

/** Its name and category stand beside the properties; where they stand among them too, those are meant. */
function viewProperties({ name, category, properties }: WireObject): unknown {
  if (properties !== undefined && properties !== null && typeof properties !== 'object') return properties;
  if (Array.isArray(properties)) return properties;
  return { ...(isGiven(name) && { name }), ...(isGiven(category) && { category }), ...properties };
}

const isGiven = (value: unknown): boolean => value !== undefined && value !== null && value !== '';

const firstGiven = (first: unknown, second: unknown): unknown => (isGiven(first) ? first : second);

function groupOf(context: unknown): unknown {
  if (typeof context !== 'object' || context === null) return undefined;
  return (context as WireObject).groupId;
}
