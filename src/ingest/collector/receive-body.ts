// Takes a request's body off the wire, up to a limit. Of a larger one the beginning is kept, to say what it was, and
// the rest is read and dropped: a client whose upload is cut off would never see why.
import type { Readable } from 'node:stream';
import { constants, gunzipSync } from 'node:zlib';
import type { CollectorLimits } from './collector-limits.ts';
import { RequestRefusal, refuseRequest } from './request-refusal.ts';
import type { Hold } from './request-room.ts';

/** 413; `head` is the beginning of the body, unpacked where that could be done. */
export class OversizeBody extends RequestRefusal {
  readonly head: Buffer;

  constructor(message: string, body: Buffer) {
    super(413, { code: 'too_large', message });
    this.head = readHead(body);
  }
}

const HEAD_BYTES = 8 * 1024;
/** A body that goes on beyond this is cut off after all. */
const DROPPED_BYTES = 64 * 1024 * 1024;

export interface ReceiveOptions {
  readonly limits: Pick<CollectorLimits, 'maxRequestBytes' | 'bodyMillis'>;
  readonly hold: Pick<Hold, 'takeBytes'>;
}

/**
 * @throws OversizeBody, or RequestRefusal: 400 when the client broke off, 408 when it was too slow, 429 when the
 * bodies of others leave no room.
 */
export async function receiveBody(stream: Readable, { limits, hold }: ReceiveOptions): Promise<Buffer> {
  const { maxRequestBytes, bodyMillis } = limits;
  const late = refuseRequest(408, 'body_timeout', `The body did not arrive in ${bodyMillis / 1000} seconds.`);
  const { promise: lateness, stop } = rejectAfter(bodyMillis, late);
  try {
    return await Promise.race([collectChunks(stream, { maxBytes: maxRequestBytes, hold }), lateness]);
  } finally {
    stop();
  }
}

async function collectChunks(
  stream: Readable,
  { maxBytes, hold }: { readonly maxBytes: number; readonly hold: Pick<Hold, 'takeBytes'> },
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let total = 0;
  try {
    for await (const chunk of stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      if (total < maxBytes) {
        hold.takeBytes(chunk.length);
        chunks.push(chunk);
      }
      total += chunk.length;
      if (total > DROPPED_BYTES) break;
    }
  } catch (error) {
    if (error instanceof RequestRefusal) throw error;
    throw refuseRequest(400, 'incomplete_body', 'The body ended before it was whole.');
  }
  const body = Buffer.concat(chunks);
  if (total <= maxBytes) return body;
  throw new OversizeBody(`The body has ${total} bytes; ${maxBytes} are allowed in a request.`, body);
}

function rejectAfter(
  millis: number,
  reason: Error,
): { readonly promise: Promise<never>; readonly stop: () => void } {
  let timer: NodeJS.Timeout | undefined;
  const promise = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(reason), millis);
  });
  return { promise, stop: () => clearTimeout(timer) };
}

function readHead(body: Buffer): Buffer {
  const start = body.subarray(0, HEAD_BYTES);
  try {
    // A stream that is cut off unpacks as far as it goes, at most a thousandfold.
    return gunzipSync(start, { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, HEAD_BYTES);
  } catch {
    return start;
  }
}
