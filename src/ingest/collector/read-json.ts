// A request's body as JSON, and an item of it with its bytes. Clients name any content type, so none is looked at.
import { isUtf8 } from 'node:buffer';
import type { Decoded } from '../read-fields.ts';
import type { WireObject } from '../wire-object.ts';
import type { Item } from './read-request.ts';
import { refuseRequest } from './request-refusal.ts';

const BYTE_ORDER_MARK = 0xfeff;

/** @throws RequestRefusal 400. */
export function parseObject(body: Buffer): WireObject {
  const parsed = parseJson(body);
  if (isObject(parsed)) return parsed;
  if (!isUtf8(body)) throw refuseRequest(400, 'invalid_utf8', 'The body is not UTF-8 text.');
  throw refuseRequest(400, 'invalid_json', 'The body must be one JSON object.');
}

/** The body, or the field of a form that it is, as JSON; undefined when it is neither, or not UTF-8. */
export function parseJson(body: Buffer): unknown {
  if (!isUtf8(body)) return undefined;
  const text = body.toString('utf8');
  return tryParse(text.charCodeAt(0) === BYTE_ORDER_MARK ? text.slice(1) : text) ?? parseForm(text);
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Old clients post a form whose one field, `data` mostly, is JSON or base64 of it. */
function parseForm(text: string): unknown {
  if (!/^[\w.-]+=/.test(text)) return undefined;
  for (const value of new URLSearchParams(text).values()) {
    // In a form a plus is a space, and not all clients know.
    const base64 = value.replaceAll(' ', '+');
    const parsed = tryParse(value) ?? tryParse(Buffer.from(base64, 'base64').toString('utf8'));
    if (typeof parsed === 'object' && parsed !== null) return parsed;
  }
  return undefined;
}

/**
 * One message of a request. `decode` is not asked about a message that is too large.
 * @param asSent The bytes of the message, where they are known.
 */
export function readItem(
  message: unknown,
  decode: (message: unknown) => readonly Decoded[],
  { maxItemBytes, asSent }: { readonly maxItemBytes: number; readonly asSent?: Buffer },
): Item {
  const body = asSent ?? Buffer.from(toJson(message));
  if (body.length > maxItemBytes) return refuseLarge(body, maxItemBytes);
  return { body, decoded: decode(message) };
}

function refuseLarge(body: Buffer, maxItemBytes: number): Item {
  const detail = `The event has ${body.length} bytes; ${maxItemBytes} are allowed.`;
  return { body, decoded: [{ ok: false, rejection: { reason: 'too_large', detail } }] };
}

/** JSON.stringify recurses, and what came may nest deeper than the stack: then the item is not kept, only refused. */
function toJson(message: unknown): string {
  try {
    return JSON.stringify(message);
  } catch {
    return '';
  }
}

export const isObject = (value: unknown): value is WireObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
