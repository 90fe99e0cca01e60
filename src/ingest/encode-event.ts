// The canonical envelope as it is published: what the collector has decided (id, time) is written out, so that every
// later reading of the message comes to the same event.
import { Buffer } from 'node:buffer';
import type { CanonicalEvent } from '../model/event.ts';

/** UTF-8 JSON that decodeMessage reads back as the same event. */
export function encodeEvent(event: CanonicalEvent): Buffer {
  const { type, id } = event;
  return Buffer.from(
    JSON.stringify({
      type,
      id,
      ...(event.idDerived && { id_derived: true }),
      ...(event.type !== 'identify' && event.accountId !== undefined && { account_id: event.accountId }),
      ...(event.userId !== undefined && { user_id: event.userId }),
      ...(event.type === 'track' && { event: event.event }),
      timestamp: new Date(event.timestamp).toISOString(),
      ...(event.type === 'track' ? { properties: event.properties } : { traits: event.traits }),
    }),
  );
}
