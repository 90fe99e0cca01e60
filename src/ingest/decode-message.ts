// From the bytes of one message in the log to what it says, or to the reason why it says nothing. Knows no clock,
// never throws.
import { Buffer, isUtf8 } from 'node:buffer';
import type { CanonicalEvent } from '../model/event.ts';
import type { LoggedMessage } from '../model/event-log.ts';
import { decodeObject } from './decode-object.ts';
import { isCloudEvent } from './formats/cloud-event-to-canonical.ts';
import { decodeCloudEvent } from './formats/decode-cloud-event.ts';
import { decodePosthog } from './formats/decode-posthog.ts';
import { isPosthogMessage } from './formats/posthog-to-canonical.ts';
import { isBinaryKafka, isEventType, readBinaryKafka } from './formats/read-binary-event.ts';
import { type DecodeContext, type Decoded, type Refused, reject } from './read-fields.ts';
import type { WireObject } from './wire-object.ts';

export interface MessageLimits {
  /** Bytes; a longer message is refused unread. */
  readonly maxBytes: number;
}

/** What a producer may put on the topic itself; the collector is stricter. */
const LOG_LIMITS: MessageLimits = { maxBytes: 1024 * 1024 };

const BYTE_ORDER_MARK = 0xfeff;

/** Decodes UTF-8 JSON of one canonical or Segment message; null is a tombstone. */
export function decodeMessage(
  value: Uint8Array | null,
  context: DecodeContext,
  limits: MessageLimits = LOG_LIMITS,
): Decoded {
  const parsed = parseMessage(value, limits);
  return 'ok' in parsed ? parsed : decodeObject(parsed.message, context);
}

interface Encoded {
  readonly value: LoggedMessage['value'];
  readonly headers?: LoggedMessage['headers'] | undefined;
}

/** What a message says: mostly one event. */
export type DecodedMessage = { readonly ok: true; readonly events: readonly CanonicalEvent[] } | Refused;

/**
 * Decodes a message in any format that is taken from the topic: the first of these that it looks like. Headers of a
 * CloudEvent in binary mode; header or field of a CloudEvent in JSON; PostHog's names; Segment's; canonical.
 * Where it says several things, it is taken as a whole, when each of them is an event, or not at all.
 */
export function decodeLogged(
  { value, headers }: Encoded,
  context: DecodeContext,
  limits: MessageLimits = LOG_LIMITS,
): DecodedMessage {
  if (headers !== undefined && isBinaryKafka(headers)) {
    const tooLarge = refuseLarge(value, limits);
    return alone(tooLarge ?? decodeCloudEvent(readBinaryKafka(headers, value), context));
  }
  const parsed = parseMessage(value, limits);
  if ('ok' in parsed) return parsed;
  const { message } = parsed;
  if (headers !== undefined && isEventType(headers)) return alone(decodeCloudEvent(message, context));
  if (typeof message !== 'object' || message === null) return alone(decodeObject(message, context));
  const wire = message as WireObject;
  if (isCloudEvent(wire)) return alone(decodeCloudEvent(wire, context));
  return isPosthogMessage(wire) ? together(decodePosthog(wire, context)) : alone(decodeObject(wire, context));
}

const alone = (decoded: Decoded): DecodedMessage =>
  decoded.ok ? { ok: true, events: [decoded.event] } : decoded;

function together(decoded: readonly Decoded[]): DecodedMessage {
  const events: CanonicalEvent[] = [];
  for (const one of decoded) {
    if (!one.ok) return one;
    events.push(one.event);
  }
  return { ok: true, events };
}

function parseMessage(
  value: Uint8Array | null,
  limits: MessageLimits,
): { readonly message: unknown } | Refused {
  if (value === null || value.length === 0) return reject('empty_message', 'The message has no content.');
  const tooLarge = refuseLarge(value, limits);
  if (tooLarge !== undefined) return tooLarge;
  if (!isUtf8(value)) return reject('invalid_utf8', 'The message is not UTF-8 text.');
  try {
    return { message: JSON.parse(toText(value)) };
  } catch (error) {
    const because = error instanceof Error ? error.message : String(error);
    return reject('invalid_json', `The message is not JSON: ${because}`);
  }
}

function refuseLarge(value: Uint8Array | null, { maxBytes }: MessageLimits): Refused | undefined {
  if (value === null || value.length <= maxBytes) return undefined;
  return reject('too_large', `The message has ${value.length} bytes; ${maxBytes} are allowed.`);
}

function toText(value: Uint8Array): string {
  const bytes = Buffer.isBuffer(value)
    ? value
    : Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  const text = bytes.toString('utf8');
  return text.charCodeAt(0) === BYTE_ORDER_MARK ? text.slice(1) : text;
}
