// What a wire format is to the collector: a pure function from the bytes and headers of a request to its items, each
// still to be judged. Limits, keys, dead letters and answers are the collector's, the same for every format.
import type { IncomingHttpHeaders } from 'node:http';
import type { DecodeContext, Decoded } from '../read-fields.ts';

interface WireRequest {
  /** Unpacked, and within the limit of a request. */
  readonly body: Buffer;
  readonly headers: IncomingHttpHeaders;
}

export interface ReadOptions {
  readonly context: DecodeContext;
  /** Bytes of one event's JSON. */
  readonly maxItemBytes: number;
}

/** What the client counts as one: a message of a batch, a line, an event. */
export interface Item {
  /** As it came: what a dead letter keeps, without its key. Cut out of the request when it is asked for. */
  readonly body: Buffer;
  /** The events that it says, mostly one. It is taken as a whole, when each of them is one, or not at all. */
  readonly decoded: readonly Decoded[];
}

interface ReadRequest {
  readonly items: readonly Item[];
  /** The write key that stands in the body; it is looked at where the header has none. */
  readonly writeKey: string | undefined;
}

/**
 * Never throws for what a single item holds: one bad item must not cost the others.
 * @throws RequestRefusal when the request as a whole cannot be read.
 */
export type Read = (request: WireRequest, options: ReadOptions) => ReadRequest;
