// Requests as Segment's and RudderStack's clients send them.
import { decodeSegment } from '../decode-object.ts';
import { trimSpace } from '../import/split-array.ts';
import type { Decoded } from '../read-fields.ts';
import type { WireObject } from '../wire-object.ts';
import { isObject, parseObject, readItem, readItems, textOf } from './read-json.ts';
import type { Read, ReadOptions } from './read-request.ts';
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
    const { value: message, json } = parseObject(body);
    const item = readItem({ value: { ...message, type }, json }, decoderOf(options), options);
    return { items: [item], writeKey: textOf(message.writeKey) };
  };

/** `POST /v1/batch` and `/v1/import`: `{batch: [...], writeKey, sentAt}`. */
export const readSegmentBatch: Read = ({ body }, options) => {
  const { value, json } = parseObject(body);
  const { batch, context, writeKey } = value;
  if (!Array.isArray(batch))
    throw refuseRequest(400, 'invalid_body', '"batch" must be an array of messages.');
  // An account or user given for the whole batch is no part of Segment's protocol; only `context` is shared.
  const decode = decoderOf(options);
  const items = readItems({ value: batch, json }, (item) => decode(withSharedContext(item, context)), {
    ...options,
    complete: (item, asSent) => (needsContext(item, context) ? addContext(asSent, context) : asSent),
  });
  return { items, writeKey: textOf(writeKey) ?? keyOfMessages(batch) };
};

/** The key that messages carry themselves, where all that carry one carry the same. */
function keyOfMessages(batch: readonly unknown[]): string | undefined {
  const keys = new Set(batch.flatMap((item) => (isObject(item) ? (textOf(item.writeKey) ?? []) : [])));
  const [key] = keys;
  return keys.size === 1 ? key : undefined;
}

const decoderOf =
  ({ context }: ReadOptions) =>
  (message: unknown): readonly Decoded[] => [decodeSegment(message, context)];

const needsContext = (item: unknown, context: unknown): item is WireObject =>
  context !== undefined && isObject(item) && !('context' in item);

const withSharedContext = (item: unknown, context: unknown): unknown =>
  needsContext(item, context) ? { ...item, context } : item;

/** Before what was sent, byte for byte. A context that nests too deep to be written is left out: it is what is refused. */
function addContext(asSent: Buffer, context: unknown): Buffer {
  const rest = trimSpace(asSent.subarray(1));
  const between = rest.length === 1 ? '' : ',';
  try {
    return Buffer.concat([Buffer.from(`{"context":${JSON.stringify(context)}${between}`), rest]);
  } catch {
    return asSent;
  }
}
