// From a CloudEvent in its JSON form to an event, or to the reason why it is none.
import { decodeObject } from '../decode-object.ts';
import { type DecodeContext, type Decoded, nameOf, reject } from '../read-fields.ts';
import type { WireObject } from '../wire-object.ts';
import { cloudEventToCanonical } from './cloud-event-to-canonical.ts';

/** Never throws; `event` is anything that JSON.parse returns. */
export function decodeCloudEvent(event: unknown, context: DecodeContext): Decoded {
  if (typeof event !== 'object' || event === null || Array.isArray(event)) {
    return reject('not_an_object', `A CloudEvent must be one JSON object, not ${nameOf(event)}.`);
  }
  const canonical = cloudEventToCanonical(event as WireObject, context);
  return isRefusal(canonical) ? canonical : decodeObject(canonical, context);
}

const isRefusal = (
  value: ReturnType<typeof cloudEventToCanonical>,
): value is Extract<Decoded, { ok: false }> => value.ok === false;
