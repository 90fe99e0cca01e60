// An event of PostHog's batch exports (https://posthog.com/docs/cdp/batch-exports) as its clients send it: some
// destinations write objects as JSON text. What is no such text stays, to be refused by its name.
import type { WireObject } from '../wire-object.ts';

/** `person_properties` are left out: they repeat, with every event, what `$set` has said once. */
export function unpackPosthogExport({ person_properties, ...message }: WireObject): WireObject {
  return {
    ...message,
    properties: parsed(message.properties),
    timestamp: message.timestamp ?? message.created_at,
  };
}

function parsed(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
