// What becomes of a request that is refused as a whole. Its sender is told so, but some clients never look at a 4xx:
// of a known sender it is kept as a dead letter, of others counted in the log.
import { isUtf8 } from 'node:buffer';
import type { Clock } from '../../model/clock.ts';
import type { Rejection, RejectReason } from '../../model/event.ts';
import type { EpochMicros } from '../../model/time.ts';
import type { IngestLogger } from '../ingest-logger.ts';
import { unpackForm } from './read-json.ts';
import { OversizeBody } from './receive-body.ts';
import type { RequestRefusal } from './request-refusal.ts';
import { blankKeys, findKey } from './write-key-fields.ts';
import type { KeyRing } from './write-keys.ts';

export interface RejectedItem {
  readonly body: Uint8Array;
  readonly rejection: Rejection;
  readonly receivedAt: EpochMicros;
  /** As `letterHeaders` makes them; with `cut` where the body is only the beginning of what came. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface RefusedRequestsOptions {
  readonly keys: KeyRing;
  readonly clock: Clock;
  readonly logger: IngestLogger;
  readonly onRejected: (items: readonly RejectedItem[]) => Promise<void>;
}

/** What is known of a request when it is refused. */
export interface RefusedRequest {
  readonly receivedAt: EpochMicros;
  readonly headers: Readonly<Record<string, string>>;
  /** Of its write key, where that was read before it was refused. */
  readonly keyName: string | undefined;
  readonly key: string | undefined;
  /** Where a key may stand in the body. */
  readonly keyFields: readonly string[];
  /** Unpacked; undefined where it did not get so far. */
  readonly body: Buffer | undefined;
}

const LINES_EVERY_MICROS = 60_000_000;

export class RefusedRequests {
  readonly #options: RefusedRequestsOptions;
  /** Requests refused without a trace since the last line in the log. */
  #unkept = 0;
  #nextLineAt = 0;

  constructor(options: RefusedRequestsOptions) {
    this.#options = options;
  }

  /**
   * Of a sender that is not known nothing is kept, or strangers could fill the table. Rejects when it cannot be kept.
   * @returns the name of the sender's key
   */
  async keep(refusal: RequestRefusal, request: RefusedRequest): Promise<string | undefined> {
    if (refusal.statusCode === 429 || refusal.statusCode >= 500) return request.keyName;
    const { receivedAt, headers, keyFields } = request;
    const cut = refusal instanceof OversizeBody;
    const body = unpack(cut ? refusal.head : request.body);
    // What cannot be read as a whole may still say whose it is.
    const whole = unpack(request.body) ?? body;
    const isFound = request.keyName !== undefined || whole === undefined;
    const found = isFound ? undefined : findKey(whole, keyFields);
    const keyName = request.keyName ?? this.#options.keys.nameOf(found);
    if (keyName === undefined) {
      this.#countUnkept(refusal);
      return undefined;
    }
    const rejection = rejectionOf(refusal, keyName);
    if (rejection === undefined || body === undefined) return keyName;
    const kept = blankKeys(body, keyFields, request.key ?? found);
    await this.#options.onRejected([
      { body: kept, rejection, receivedAt, headers: { ...headers, ...(cut && { cut: 'true' }) } },
    ]);
    return keyName;
  }

  #countUnkept({ code, message }: RequestRefusal): void {
    this.#unkept++;
    const now = this.#options.clock.now();
    if (now < this.#nextLineAt) return;
    this.#nextLineAt = now + LINES_EVERY_MICROS;
    const text = 'requests without a known write key were refused, and nothing of them is kept';
    this.#options.logger.warn({ count: this.#unkept, code, lastRefusal: message }, text);
    this.#unkept = 0;
  }
}

/** A form as what it says: packed in base64, its key would not be found. */
function unpack(body: Buffer | undefined): Buffer | undefined {
  const unpacked = body && isUtf8(body) ? unpackForm(body.toString('utf8')) : undefined;
  return unpacked === undefined ? body : Buffer.from(unpacked);
}

function rejectionOf(refusal: RequestRefusal, keyName: string): Rejection | undefined {
  if (refusal instanceof OversizeBody) {
    const detail = `${refusal.message} Sent with the write key "${keyName}"; kept are its first ${refusal.head.length} bytes.`;
    return { reason: 'too_large', detail };
  }
  if (refusal.statusCode !== 400) return undefined;
  if (refusal.code === 'not_accepted') return { reason: 'too_large', detail: refusal.message };
  const reason: RejectReason = refusal.code === 'invalid_utf8' ? 'invalid_utf8' : 'invalid_json';
  return { reason, detail: refusal.message };
}
