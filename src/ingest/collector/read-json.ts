// A request's body as JSON, and an item of it with its bytes. Clients name any content type, so none is looked at.
import { isUtf8 } from 'node:buffer';
import type { Decoded } from '../read-fields.ts';
import type { WireObject } from '../wire-object.ts';
import { cutItems } from './cut-items.ts';
import type { Item, ReadOptions } from './read-request.ts';
import { refuseRequest } from './request-refusal.ts';

const BYTE_ORDER_MARK = 0xfeff;

export interface ParsedBody {
  readonly value: unknown;
  /** What was read: the body, or what stands in the form that it is. */
  readonly json: Buffer;
}

/** @throws RequestRefusal 400. */
export function parseObject(body: Buffer): { readonly value: WireObject; readonly json: Buffer } {
  const { value, json } = parseBody(body);
  if (isObject(value)) return { value, json };
  if (!isUtf8(body)) throw refuseRequest(400, 'invalid_utf8', 'The body is not UTF-8 text.');
  throw refuseRequest(400, 'invalid_json', 'The body must be one JSON object.');
}

/** The body, or the field of a form that it is, as JSON; undefined when it is neither, or not UTF-8. */
export function parseBody(body: Buffer): ParsedBody {
  if (!isUtf8(body)) return { value: undefined, json: body };
  const text = body.toString('utf8');
  const value = tryParse(text.charCodeAt(0) === BYTE_ORDER_MARK ? text.slice(1) : text);
  if (value !== undefined) return { value, json: body };
  const unpacked = unpackForm(text);
  return unpacked === undefined
    ? { value, json: body }
    : { value: tryParse(unpacked), json: Buffer.from(unpacked) };
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Old clients post a form whose field `data`, or only field, is JSON or base64 of it. No other field is looked at. The
 * form may be cut off. Undefined when it is none, or says neither an object nor an array.
 */
export function unpackForm(text: string): string | undefined {
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

type Decode = (message: unknown) => readonly Decoded[];

/** The message that a request is. `decode` is not asked about one that is too large. */
export function readItem(
  { value, json: body }: ParsedBody,
  decode: Decode,
  { maxItemBytes }: Pick<ReadOptions, 'maxItemBytes'>,
): Item {
  return body.length > maxItemBytes ? refuseLarge(body, maxItemBytes) : { body, decoded: decode(value) };
}

/**
 * The messages of a request, `values` of the array in it. They are cut out of its bytes only where one of them is to be
 * kept, or may be too large.
 * @param complete Adds to the bytes of a refused one what the request says of all.
 */
export function readItems(
  { value: values, json }: { readonly value: readonly unknown[]; readonly json: Buffer },
  decode: Decode,
  {
    maxItemBytes,
    complete,
  }: Pick<ReadOptions, 'maxItemBytes'> & {
    readonly complete?: (message: unknown, asSent: Buffer) => Buffer;
  },
): readonly Item[] {
  let cut: readonly Buffer[] | undefined;
  const bytesOf = (index: number): Buffer => {
    cut ??= cutItems(json) ?? [];
    const asSent = cut.length === values.length ? cut[index] : undefined;
    return asSent ?? Buffer.from(toJson(values[index]));
  };
  const keep = (index: number): Buffer => complete?.(values[index], bytesOf(index)) ?? bytesOf(index);
  return values.map((value, index) => {
    if (json.length > maxItemBytes && bytesOf(index).length > maxItemBytes)
      return refuseLarge(bytesOf(index), maxItemBytes);
    const decoded = decode(value);
    return {
      get body() {
        return keep(index);
      },
      decoded,
    };
  });
}

function refuseLarge(body: Buffer, maxItemBytes: number): Item {
  const detail = `The event has ${body.length} bytes; ${maxItemBytes} are allowed.`;
  return { body, decoded: [{ ok: false, rejection: { reason: 'too_large', detail } }] };
}

/**
 * For a request that names its array in a way of its own, such as twice. JSON.stringify recurses, and what came may
 * nest deeper than the stack: then the item is not kept, only refused.
 */
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
