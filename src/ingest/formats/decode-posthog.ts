// From one message of a PostHog client to the events that it says.
import { decodeObject } from '../decode-object.ts';
import type { DecodeContext, Decoded } from '../read-fields.ts';
import type { WireObject } from '../wire-object.ts';
import { posthogToCanonical } from './posthog-to-canonical.ts';

/** One or several. Never throws; `message` is anything that JSON.parse returns. */
export function decodePosthog(message: unknown, context: DecodeContext): readonly Decoded[] {
  if (typeof message !== 'object' || message === null || Array.isArray(message))
    return [decodeObject(message, context)];
  return posthogToCanonical(message as WireObject, context).map((wire) => decodeObject(wire, context));
}
