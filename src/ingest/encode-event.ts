// The canonical envelope as it is published: what the collector has decided (id, time) is written out, so that every
// later reading of the message comes to the same event.
import { Buffer } from 'node:buffer';
import type { CanonicalEvent } from '../model/event.ts';
import type { WireObject } from './wire-object.ts';

/** UTF-8 JSON that decodeMessage reads back as the same event. */
export function encodeEvent(event: CanonicalEvent): Buffer {
  const { type, id, idDerived } = event;
  return Buffer.from(
    JSON.stringify({
      type,
      id,
      id_derived: idDerived ? true : undefined,
      account_id: 'accountId' in event ? event.accountId : undefined,
      user_id: event.userId,
      timestamp: new Date(event.timestamp).toISOString(),
      ...contentOf(event),
    }),
  );
}

/** What only its type has; undefined is left out of JSON. */
function contentOf(event: CanonicalEvent): WireObject {
  switch (event.type) {
    case 'track':
      return { event: event.event, properties: event.properties };
    case 'identify':
    case 'group':
      return { traits: event.traits };
    case 'alias':
      return { previous_id: event.previousId };
    case 'retract':
      return { event: event.event, event_id: event.eventId, reason: event.reason };
  }
}
