// Requests as Segment's and RudderStack's clients send them.
import { decodeObject } from '../decode-object.ts';
import { isObject, parseObject, readItem, textOf } from './read-json.ts';
import type { Item, Read, ReadOptions } from './read-request.ts';
import { refuseRequest } from './request-refusal.ts';

/** `POST /v1/track` and its like: one message, whose type the path gives. */
export const readSegmentMessage =
  (type: string): Read =>
  ({ body }, options) => {
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
  return { items, writeKey: textOf(writeKey) };
};

const readMessage = (message: unknown, { context, maxItemBytes }: ReadOptions, asSent?: Buffer): Item =>
  readItem(message, (found) => [decodeObject(found, context)], { maxItemBytes, ...(asSent && { asSent }) });

function withSharedContext(item: unknown, context: unknown): unknown {
  if (context === undefined || !isObject(item)) return item;
  return 'context' in item ? item : { ...item, context };
}
