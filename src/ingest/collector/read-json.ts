// A request's body as JSON, and an item of it with its bytes. Clients name any content type, so none is looked at.
import type { Decoded } from '../read-fields.ts';
import type { WireObject } from '../wire-object.ts';
import type { Item } from './read-request.ts';
import { refuseRequest } from './request-refusal.ts';

/** @throws RequestRefusal 400. */
export function parseObject(body: Buffer): WireObject {
  const parsed = parseJson(body);
  if (isObject(parsed)) return parsed;
  throw refuseRequest(400, 'invalid_json', 'The body must be one JSON object in UTF-8.');
}

/** Undefined when it is not JSON in UTF-8. */
export function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    return undefined;
  }
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
