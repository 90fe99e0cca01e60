// The HTTP collector: authenticate ▶ decode ▶ publish ▶ answer each item. Holds no event: what it has answered 200
// for is durable in the log, or kept as a dead letter.
import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import type { Clock } from '../../model/clock.ts';
import type { CanonicalEvent, Rejection } from '../../model/event.ts';
import type { EventLog } from '../../model/event-log.ts';
import type { EpochMicros } from '../../model/time.ts';
import { encodeEvent } from '../encode-event.ts';
import type { IngestLogger } from '../ingest-logger.ts';
import type { Decoded } from '../read-fields.ts';
import { answerFault } from './answer-fault.ts';
import { readBody } from './read-body.ts';
import type { Item, Read } from './read-request.ts';
import { OversizeBody, receiveBody } from './receive-body.ts';
import { RETRY_AFTER_SECONDS, RequestRefusal, refuseRequest } from './request-refusal.ts';
import { ROUTES } from './routes.ts';
import { type KeyRing, keyFromHeader } from './write-keys.ts';

interface CollectorLimits {
  /** Bytes of one event's JSON. */
  readonly maxItemBytes: number;
  /** Bytes of a request, unpacked. */
  readonly maxRequestBytes: number;
  /** Events received and not yet durable, beyond which requests are answered 429. */
  readonly maxPendingEvents: number;
}

export interface RejectedItem {
  readonly body: Uint8Array;
  readonly rejection: Rejection;
  readonly receivedAt: EpochMicros;
}

interface AnsweredRequest {
  /** Of its write key; undefined when that is not known. */
  readonly keyName: string | undefined;
  /** The pattern of its path, such as `/v1/batch`. */
  readonly route: string;
  readonly status: number;
  readonly accepted: number;
  readonly rejected: number;
  readonly milliseconds: number;
}

export interface CollectorOptions {
  readonly log: Pick<EventLog, 'publish'>;
  readonly keys: KeyRing;
  readonly clock: Clock;
  readonly logger: IngestLogger;
  /** Keeps what was refused. A rejection of the promise answers 503, so that the client sends it again. */
  readonly onRejected: (items: readonly RejectedItem[]) => Promise<void>;
  /** Called once for each request, after its answer is decided. */
  readonly onAnswered?: (answered: AnsweredRequest) => void;
  readonly limits?: Partial<CollectorLimits>;
}

type Verdict =
  | { readonly index: number; readonly status: 'accepted'; readonly id: string }
  | { readonly index: number; readonly status: 'rejected'; readonly reason: string; readonly detail: string };

const DEFAULT_LIMITS: CollectorLimits = {
  maxItemBytes: 32 * 1024,
  maxRequestBytes: 500 * 1024,
  maxPendingEvents: 100_000,
};

const LINES_EVERY_MICROS = 60_000_000;

/** A fastify instance of its own: `listen` on it, or hand its `routing` the requests of a server that exists. */
export function buildCollector(options: CollectorOptions): FastifyInstance {
  const app = Fastify({ logger: false });
  registerCollector(app, options);
  return app;
}

/** Adds the collector's routes in a scope of their own, so that other routes keep their parsers and errors. */
export function registerCollector(app: FastifyInstance, options: CollectorOptions): void {
  void app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    // The collector reads bodies itself: fastify would refuse a large one before anybody knows whose it is.
    scope.addContentTypeParser('*', (_request, _payload, done) => done(null));
    scope.setErrorHandler((error, _request, reply) => answerFault(error, reply, options.logger));
    const collector = new Collector(options);
    for (const { path, read } of ROUTES) {
      scope.post(path, (request) => collector.collect(request, read));
    }
  });
}

const limitsOf = ({ limits }: CollectorOptions): CollectorLimits => ({ ...DEFAULT_LIMITS, ...limits });

interface CollectAnswer {
  /** Always true with 200: nothing of the request is to be sent again. */
  readonly success: true;
  readonly accepted: number;
  readonly rejected: number;
  readonly verdicts: readonly Verdict[];
}

/** What is known of a request so far, for the dead letter that it may become. */
interface Sender {
  readonly receivedAt: EpochMicros;
  /** Of the write key in its header. */
  keyName: string | undefined;
  /** Unpacked, once it is there. */
  body?: Buffer;
}

class Collector {
  readonly #options: CollectorOptions;
  readonly #limits: CollectorLimits;
  #pending = 0;
  /** Requests refused without a trace since the last line in the log. */
  #unkept = 0;
  #nextLineAt = 0;

  constructor(options: CollectorOptions) {
    this.#options = options;
    this.#limits = limitsOf(options);
  }

  async collect(request: FastifyRequest, read: Read): Promise<CollectAnswer> {
    const receivedAt = this.#options.clock.now();
    const sender: Sender = { receivedAt, keyName: undefined };
    try {
      return await this.#collectFrom(sender, request, read);
    } catch (error) {
      if (error instanceof RequestRefusal) await this.#keepRefused(error, sender);
      throw error;
    }
  }

  async #collectFrom(sender: Sender, request: FastifyRequest, read: Read): Promise<CollectAnswer> {
    const { receivedAt } = sender;
    const headerKey = keyFromHeader(request.headers.authorization);
    // A key in the header is judged before the body is touched.
    if (headerKey !== undefined) sender.keyName = this.#authenticate(headerKey);
    const { maxItemBytes, maxRequestBytes } = this.#limits;
    const raw = await receiveBody(request.raw, maxRequestBytes);
    sender.body = await readBody(raw, request.headers['content-encoding'], maxRequestBytes);
    const { items, writeKey } = read(
      { body: sender.body, headers: request.headers },
      { context: { receivedAt }, maxItemBytes },
    );
    if (headerKey === undefined) this.#authenticate(writeKey);
    return this.#take(items, receivedAt);
  }

  /**
   * A request that is refused as a whole: its sender is told so, but some clients never look at a 4xx. Of a sender
   * that is not known nothing is kept, or strangers could fill the table; a line in the log says how many they were.
   */
  async #keepRefused(refusal: RequestRefusal, { keyName, body, receivedAt }: Sender): Promise<void> {
    if (refusal.statusCode === 429) return;
    if (keyName === undefined) return this.#countUnkept(refusal);
    const rejection = rejectionOf(refusal, keyName);
    const kept = refusal instanceof OversizeBody ? refusal.head : body;
    if (rejection === undefined || kept === undefined) return;
    await this.#options.onRejected([{ body: kept, rejection, receivedAt }]);
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

  /** @returns the key's name. */
  #authenticate(key: string | undefined): string {
    const name = this.#options.keys.nameOf(key);
    if (name !== undefined) return name;
    const hint = this.#options.keys.isEmpty
      ? 'No write key is configured: add one under "write_keys".'
      : 'Send a write key as the user name of Basic authentication, as a Bearer token, or as "writeKey" in the body.';
    const what = key === undefined ? 'There is no write key in the request.' : 'The write key is not known.';
    throw refuseRequest(401, 'unauthorised', `${what} ${hint}`);
  }

  async #take(items: readonly Item[], receivedAt: EpochMicros): Promise<CollectAnswer> {
    if (this.#pending > 0 && this.#pending + items.length > this.#limits.maxPendingEvents) {
      const message = `${this.#pending} events wait to be stored; send again later.`;
      throw new RequestRefusal(429, { code: 'queue_full', message, retryAfter: RETRY_AFTER_SECONDS });
    }
    this.#pending += items.length;
    try {
      return await this.#publish(items, receivedAt);
    } finally {
      this.#pending -= items.length;
    }
  }

  async #publish(items: readonly Item[], receivedAt: EpochMicros): Promise<CollectAnswer> {
    const events = items.filter(isTaken).flatMap(({ decoded }) => decoded.flatMap(eventOf));
    const rejected = items.flatMap(({ body, decoded }) => {
      const refused = decoded.find((one) => !one.ok);
      return refused === undefined || refused.ok ? [] : [{ body, rejection: refused.rejection, receivedAt }];
    });
    // Dead letters first: when the log refuses, the client sends all again, and a dead letter twice is one row.
    if (rejected.length > 0) await this.#options.onRejected(rejected);
    await this.#options.log.publish(events.map((event) => ({ key: event.id, value: encodeEvent(event) })));
    return {
      success: true,
      accepted: items.length - rejected.length,
      rejected: rejected.length,
      verdicts: items.map(toVerdict),
    };
  }
}

function rejectionOf(refusal: RequestRefusal, keyName: string): Rejection | undefined {
  if (refusal instanceof OversizeBody) {
    const detail = `${refusal.message} Sent with the write key "${keyName}"; kept are its first ${refusal.head.length} bytes.`;
    return { reason: 'too_large', detail };
  }
  return refusal.statusCode === 400 ? { reason: 'invalid_json', detail: refusal.message } : undefined;
}

const isTaken = ({ decoded }: Item): boolean => decoded.every(({ ok }) => ok);

const eventOf = (decoded: Decoded): readonly CanonicalEvent[] => (decoded.ok ? [decoded.event] : []);

function toVerdict({ decoded }: Item, index: number): Verdict {
  const refused = decoded.find((one) => !one.ok);
  if (refused !== undefined && !refused.ok) return { index, status: 'rejected', ...refused.rejection };
  const [first] = decoded.flatMap(eventOf);
  return { index, status: 'accepted', id: first?.id ?? '' };
}
