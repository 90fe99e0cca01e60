// Requests as Segment's and RudderStack's clients send them.
import { decodeSegment } from '../decode-object.ts';
import { isObject, parseObject, readItem, textOf } from './read-json.ts';
import type { Item, Read, ReadOptions } from './read-request.ts';
import { OversizeBody } from './receive-body.ts';
import { refuseRequest } from './request-refusal.ts';

/**
 * `POST /v1/track` and its like: one message, whose type the path gives. It is the whole request, so that one that is
 * too large is answered 413.
 */
export const readSegmentMessage =
  (type: string): Read =>
  ({ body }, options) => {
    if (body.length > options.maxItemBytes) {
      const text = `The event has ${body.length} bytes; ${options.maxItemBytes} are allowed.`;
      throw new OversizeBody(text, body);
    }
    const message = parseObject(body);
    const item = readMessage({ ...message, type }, options, body);
    return { items: [item], writeKey: textOf(message.writeKey) };
  };

/** `POST /v1/batch` and `/v1/import`: `{batch: [...], writeKey, sentAt}`. */
export const readSegmentBatch: Read = ({ body }, options) => {
  const { batch, context, writeKey } = parseObject(body);
  if (!Array.isArray(batch))
    throw refuseRequest(400, 'invalid_body', '"batch" must be an array of messages.');
  // An account or user given for the whole batch is no part of Segment's protocol; only `context` is shared.
  const items = batch.map((item) => readMessage(withSharedContext(item, context), options));
  return { items, writeKey: textOf(writeKey) ?? keyOfMessages(batch) };
};

/** The key that messages carry themselves, where all that carry one carry the same. */
function keyOfMessages(batch: readonly unknown[]): string | undefined {
  const keys = new Set(batch.flatMap((item) => (isObject(item) ? (textOf(item.writeKey) ?? []) : [])));
  const [key] = keys;
  return keys.size === 1 ? key : undefined;
}

const readMessage = (message: unknown, { context, maxItemBytes }: ReadOptions, asSent?: Buffer): Item =>
  readItem(message, (found) => [decodeSegment(found, context)], { maxItemBytes, ...(asSent && { asSent }) });

function withSharedContext(item: unknown, context: unknown): unknown {
  if (context === undefined || !isObject(item)) return item;
  return 'context' in item ? item : { ...item, context };
}
