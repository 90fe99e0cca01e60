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

/** Old clients post a form whose field `data`, or only field, is JSON or base64 of it. No other field is looked at. */
function parseForm(text: string): unknown {
  const unpacked = unpackForm(text);
  return unpacked === undefined ? undefined : tryParse(unpacked);
}

/** What is said in a form, which may be cut off; undefined when it is none, or says neither object nor array. */
function unpackForm(text: string): string | undefined {
  const field = formField(text);
  const value = field === undefined ? undefined : new URLSearchParams(field).values().next().value;
  if (value === undefined || isJsonText(value)) return value;
  // In a form a plus is a space, and not all clients know.
  const decoded = Buffer.from(value.replaceAll(' ', '+'), 'base64').toString('utf8');
  return isJsonText(decoded) ? decoded : undefined;
}

/** Found without reading the others: strangers may send hundreds of thousands. */
function formField(text: string): string | undefined {
  if (!/^[\w.-]{1,100}=/.test(text)) return undefined;
  const start = text.startsWith('data=') ? 0 : text.indexOf('&data=') + 1;
  const end = text.indexOf('&', start);
  if (end === -1) return text.slice(start);
  return text.startsWith('data=', start) ? text.slice(start, end) : undefined;
}

const isJsonText = (text: string): boolean => /^\s*[{[]/.test(text);

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
