// What becomes of a request that is refused as a whole. Its sender is told so, but some clients never look at a 4xx:
// of a known sender it is kept as a dead letter, of others counted in the log.
import type { Clock } from '../../model/clock.ts';
import type { Rejection, RejectReason } from '../../model/event.ts';
import type { EpochMicros } from '../../model/time.ts';
import type { IngestLogger } from '../ingest-logger.ts';
import { OversizeBody } from './receive-body.ts';
import type { RequestRefusal } from './request-refusal.ts';

export interface RejectedItem {
  readonly body: Uint8Array;
  readonly rejection: Rejection;
  readonly receivedAt: EpochMicros;
  /** As `letterHeaders` makes them; with `cut` where the body is only the beginning of what came. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface RefusedRequestsOptions {
  readonly clock: Clock;
  readonly logger: IngestLogger;
  readonly onRejected: (items: readonly RejectedItem[]) => Promise<void>;
}

/** What is known of a request when it is refused. */
export interface RefusedRequest {
  readonly receivedAt: EpochMicros;
  readonly headers: Readonly<Record<string, string>>;
  /** Of the write key in its header. */
  readonly headerKeyName: string | undefined;
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

  /** Of a sender that is not known nothing is kept, or strangers could fill the table. Rejects when it cannot be kept. */
  async keep(refusal: RequestRefusal, request: RefusedRequest): Promise<void> {
    if (refusal.statusCode === 429 || refusal.statusCode >= 500) return;
    const { headerKeyName, body, receivedAt, headers } = request;
    if (headerKeyName === undefined) return this.#countUnkept(refusal);
    const rejection = rejectionOf(refusal, headerKeyName);
    const cut = refusal instanceof OversizeBody;
    const kept = cut ? refusal.head : body;
    if (rejection === undefined || kept === undefined) return;
    await this.#options.onRejected([
      { body: kept, rejection, receivedAt, headers: { ...headers, ...(cut && { cut: 'true' }) } },
    ]);
  }

  #countUnkept({ code, message }: RequestRefusal): void {
    this.#unkept++;
    const now = this.#options.clock.now();
    if (now < this.#nextLineAt) return;
    this.#nextLineAt = now + LINES_EVERY_MICROS;
    const text =
      'requests without a known write key in their header were refused, and nothing of them is kept';
    this.#options.logger.warn({ count: this.#unkept, code, lastRefusal: message }, text);
    this.#unkept = 0;
  }
}

function rejectionOf(refusal: RequestRefusal, keyName: string): Rejection | undefined {
  if (refusal instanceof OversizeBody) {
    const detail = `${refusal.message} Sent with the write key "${keyName}"; kept are its first ${refusal.head.length} bytes.`;
    return { reason: 'too_large', detail };
  }
  if (refusal.statusCode !== 400) return undefined;
  const reason: RejectReason = refusal.code === 'invalid_utf8' ? 'invalid_utf8' : 'invalid_json';
  return { reason, detail: refusal.message };
}
