// The items of a request, each still undecided: one bad item must not cost the others.

import { decodeMessage } from '../decode-message.ts';
import { decodeObject } from '../decode-object.ts';
import type { DecodeContext, Decoded } from '../read-fields.ts';
import type { WireObject } from '../wire-object.ts';
import { refuseRequest } from './request-refusal.ts';

export interface Item {
  /** As it came, or as JSON of what came: what a dead letter keeps. */
  readonly body: Buffer;
  readonly decoded: Decoded;
}

export interface ReadOptions {
  readonly context: DecodeContext;
  readonly maxItemBytes: number;
}

export interface ReadRequest {
  readonly items: readonly Item[];
  /** The write key that stands in the body, as Segment's clients may send it. */
  readonly writeKey: string | undefined;
}

const NEWLINE = 0x0a;

/** `POST /v1/track`, `/identify` and `/group`: one Segment message, whose type the path gives. */
export function readSegmentMessage(body: Buffer, type: string, options: ReadOptions): ReadRequest {
  const message = parseObject(body);
  return { items: [readItem({ ...message, type }, options, body)], writeKey: textOf(message.writeKey) };
}

/** `POST /v1/batch`: `{batch: [...], writeKey, sentAt}`. */
export function readSegmentBatch(body: Buffer, options: ReadOptions): ReadRequest {
  const message = parseObject(body);
  if (!Array.isArray(message.batch))
    throw refuseRequest(400, 'invalid_body', '"batch" must be an array of messages.');
  // An account or user given for the whole batch is no part of Segment's protocol; only `context` is shared.
  const items = message.batch.map((item) => readItem(withSharedContext(item, message.context), options));
  return { items, writeKey: textOf(message.writeKey) };
}

/** `POST /v1/events`: one canonical event, an array of them, or one a line. */
export function readCanonicalEvents(body: Buffer, options: ReadOptions): ReadRequest {
  const parsed = tryParse(body);
  if (Array.isArray(parsed))
    return { items: parsed.map((item) => readItem(item, options)), writeKey: undefined };
  if (parsed !== undefined) {
    const writeKey =
      typeof parsed === 'object' && parsed !== null ? textOf((parsed as WireObject).writeKey) : undefined;
    return { items: [readItem(parsed, options, body)], writeKey };
  }
  const items = linesOf(body).map((line) => ({
    body: line,
    decoded: decodeMessage(line, options.context, { maxBytes: options.maxItemBytes }),
  }));
  return { items, writeKey: undefined };
}

function readItem(message: unknown, { context, maxItemBytes }: ReadOptions, asSent?: Buffer): Item {
  const body = asSent ?? Buffer.from(toJson(message));
  if (body.length <= maxItemBytes) return { body, decoded: decodeObject(message, context) };
  const detail = `The event has ${body.length} bytes; ${maxItemBytes} are allowed.`;
  return { body, decoded: { ok: false, rejection: { reason: 'too_large', detail } } };
}

/** JSON.stringify recurses, and what came may nest deeper than the stack: then the item is not kept, only refused. */
function toJson(message: unknown): string {
  try {
    return JSON.stringify(message);
  } catch {
    return '';
  }
}

function parseObject(body: Buffer): WireObject {
  const parsed = tryParse(body);
  if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return parsed as WireObject;
  throw refuseRequest(400, 'invalid_json', 'The body must be one JSON object in UTF-8.');
}

function tryParse(body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    return undefined;
  }
}

function linesOf(body: Buffer): readonly Buffer[] {
  const lines: Buffer[] = [];
  for (let start = 0; start < body.length; ) {
    const newline = body.indexOf(NEWLINE, start);
    const end = newline === -1 ? body.length : newline;
    const line = body.subarray(start, end);
    if (line.toString('latin1').trim() !== '') lines.push(line);
    start = end + 1;
  }
  return lines;
}

function withSharedContext(item: unknown, context: unknown): unknown {
  if (context === undefined || typeof item !== 'object' || item === null || Array.isArray(item)) return item;
  return 'context' in item ? item : { ...item, context };
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
