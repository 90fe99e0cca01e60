// From the bytes of one message in the log to an event, or to the reason why it is none. Knows no clock, never throws.
import { Buffer, isUtf8 } from 'node:buffer';
import type { Rejection } from '../model/event.ts';
import { decodeObject } from './decode-object.ts';
import type { DecodeContext, Decoded } from './read-fields.ts';

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
  if (value === null || value.length === 0) {
    return refuse({ reason: 'empty_message', detail: 'The message has no content.' });
  }
  if (value.length > limits.maxBytes) {
    return refuse({
      reason: 'too_large',
      detail: `The message has ${value.length} bytes; ${limits.maxBytes} are allowed.`,
    });
  }
  if (!isUtf8(value)) return refuse({ reason: 'invalid_utf8', detail: 'The message is not UTF-8 text.' });
  return decodeText(toText(value), context);
}

function decodeText(text: string, context: DecodeContext): Decoded {
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch (error) {
    const because = error instanceof Error ? error.message : String(error);
    return refuse({ reason: 'invalid_json', detail: `The message is not JSON: ${because}` });
  }
  return decodeObject(message, context);
}

function toText(value: Uint8Array): string {
  const bytes = Buffer.isBuffer(value)
    ? value
    : Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  const text = bytes.toString('utf8');
  return text.charCodeAt(0) === BYTE_ORDER_MARK ? text.slice(1) : text;
}

const refuse = (rejection: Rejection): Decoded => ({ ok: false, rejection });
