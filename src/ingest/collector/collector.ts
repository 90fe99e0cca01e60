// One request after the other through the collector: authenticate ▶ receive ▶ read ▶ publish ▶ answer each item. Holds
// no event: what it has answered 200 for is durable in the log, or kept as a dead letter.
import type { IncomingMessage } from 'node:http';
import type { Clock } from '../../model/clock.ts';
import type { CanonicalEvent } from '../../model/event.ts';
import type { EventLog } from '../../model/event-log.ts';
import type { EpochMicros } from '../../model/time.ts';
import { encodeEvent } from '../encode-event.ts';
import type { IngestLogger } from '../ingest-logger.ts';
import { type CollectorLimits, DEFAULT_LIMITS } from './collector-limits.ts';
import { letterHeaders } from './letter-headers.ts';
import { publishItems } from './publish-items.ts';
import { readBody } from './read-body.ts';
import type { Item } from './read-request.ts';
import { receiveBody } from './receive-body.ts';
import { RefusedRequests, type RejectedItem } from './refused-requests.ts';
import { RETRY_AFTER_SECONDS, RequestRefusal, refuseRequest } from './request-refusal.ts';
import { type Hold, RequestRoom } from './request-room.ts';
import type { CollectorRoute } from './routes.ts';
import {
  type Answer,
  answerItems,
  answerRefusal,
  eventsOf,
  rejectionOf,
  verdictsTypeOf,
} from './shape-answer.ts';
import { toRefusal } from './to-refusal.ts';
import { blankKeys } from './write-key-fields.ts';
import { type KeyRing, keyFromHeader } from './write-keys.ts';

export interface AnsweredRequest {
  /** Of its write key; undefined when that is not known. */
  readonly keyName: string | undefined;
  /** Its path without doubled slashes, such as `/v1/batch`. */
  readonly route: string;
  readonly status: number;
  /** Items. */
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
  /** Called once for each request, after its answer is decided and before it is sent. */
  readonly onAnswered?: (answered: AnsweredRequest) => void;
  readonly limits?: Partial<CollectorLimits>;
}

/** A request as the server has it: its body not read yet. */
export interface IncomingRequest {
  readonly raw: IncomingMessage;
  /** Of the query parameter `verdicts`. */
  readonly verdicts: unknown;
}

/** What has come out about a request so far. */
interface Progress {
  readonly receivedAt: EpochMicros;
  readonly raw: IncomingMessage;
  /** Its body is on the way, or here. */
  isReading: boolean;
  /** For dead letters. */
  readonly headers: Readonly<Record<string, string>>;
  /** Where a write key may stand in the body. */
  readonly keyFields: readonly string[];
  /** Of a known sender. */
  key: string | undefined;
  keyName: string | undefined;
  body: Buffer | undefined;
  items: readonly Item[];
}

export class Collector {
  readonly #options: CollectorOptions;
  readonly #limits: CollectorLimits;
  readonly #room: RequestRoom;
  readonly #refused: RefusedRequests;

  constructor(options: CollectorOptions) {
    this.#options = options;
    this.#limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.#room = new RequestRoom(this.#limits);
    this.#refused = new RefusedRequests(options);
  }

  /** Never rejects: whatever happens is an answer. */
  async answer(request: IncomingRequest, route: CollectorRoute): Promise<Answer> {
    const receivedAt = this.#options.clock.now();
    const progress: Progress = {
      receivedAt,
      raw: request.raw,
      isReading: false,
      headers: letterHeaders(route.path, request.raw.headers),
      keyFields: route.keyFields,
      key: undefined,
      keyName: undefined,
      body: undefined,
      items: [],
    };
    const answer = await this.#take(request, route, progress).catch((error) => this.#refuse(error, progress));
    const rejected = progress.items.filter((item) => rejectionOf(item) !== undefined).length;
    this.#options.onAnswered?.({
      keyName: progress.keyName,
      route: route.path,
      status: answer.status,
      accepted: progress.items.length - rejected,
      rejected,
      milliseconds: Math.max(0, this.#options.clock.now() - receivedAt) / 1000,
    });
    return answer;
  }

  async #take(
    { raw, verdicts }: IncomingRequest,
    route: CollectorRoute,
    progress: Progress,
  ): Promise<Answer> {
    const { headers } = raw;
    const headerKey = keyFromHeader(headers.authorization);
    const isInHeader = headerKey !== undefined || route.keyFields.length === 0;
    // A key in the header is judged before the body is touched.
    if (isInHeader) this.#authenticate(headerKey, progress);
    const hold = this.#room.open({ isKnown: isInHeader });
    let publishing: Promise<readonly Item[]> | undefined;
    try {
      const { maxItemBytes, maxRequestBytes } = this.#limits;
      progress.isReading = true;
      const packed = await receiveBody(raw, { limits: this.#limits, hold });
      progress.body = await readBody(packed, headers['content-encoding'], maxRequestBytes);
      if (progress.body !== packed) hold.takeBytes(progress.body.length);
      const context = { receivedAt: progress.receivedAt };
      const { items, writeKey } = route.read({ body: progress.body, headers }, { context, maxItemBytes });
      if (!isInHeader) this.#authenticate(writeKey, progress);
      hold.admit();
      publishing = this.#publish(items, progress, hold);
      progress.items = await this.#within(publishing);
      return answerItems(progress.items, route, verdictsTypeOf({ accept: headers.accept, verdicts }));
    } finally {
      // What the log has not settled yet stays in memory, answered or not.
      if (publishing === undefined) hold.release();
      else void publishing.catch(() => {}).finally(() => hold.release());
    }
  }

  /** @throws RequestRefusal 401. */
  #authenticate(key: string | undefined, progress: Progress): void {
    progress.keyName = this.#options.keys.nameOf(key);
    progress.key = key;
    if (progress.keyName !== undefined) return;
    const hint = this.#options.keys.isEmpty
      ? 'There is no write key yet: make one with "tidemark keys create NAME", or add one under "write_keys" in tidemark.yaml.'
      : 'Send a write key as the user name of Basic authentication, as a Bearer token, or in the body: as "writeKey", or as "api_key" on PostHog’s paths.';
    const what = key === undefined ? 'There is no write key in the request.' : 'The write key is not known.';
    throw refuseRequest(401, 'unauthorised', `${what} ${hint}`);
  }

  /** @returns the items, those among them refused that the log does not take. */
  async #publish(items: readonly Item[], progress: Progress, hold: Hold): Promise<readonly Item[]> {
    hold.takeEvents(items.length);
    const outgoing = items
      .filter((item) => rejectionOf(item) === undefined)
      .map((item) => ({ item, messages: eventsOf(item).map(toMessage) }));
    hold.takeBytes(sum(outgoing.flatMap(({ messages }) => messages.map(({ value }) => value.length))));
    // Dead letters first: when the log fails, the client sends all again, and a dead letter twice is one row.
    await this.#keepRejected(items, progress);
    const refused = await publishItems(this.#options.log, outgoing);
    if (refused.size === 0) return items;
    const judged = items.map((item) => refuseFor(refused.get(item), item));
    await this.#keepRejected(
      judged.filter((item, index) => item !== items[index]),
      progress,
    );
    return judged;
  }

  async #keepRejected(
    items: readonly Item[],
    { receivedAt, headers, keyFields, key }: Progress,
  ): Promise<void> {
    const rejected = items.flatMap((item): readonly RejectedItem[] => {
      const rejection = rejectionOf(item);
      if (rejection === undefined) return [];
      return [{ body: blankKeys(item.body, keyFields, key), rejection, receivedAt, headers }];
    });
    if (rejected.length > 0) await this.#options.onRejected(rejected);
  }

  /** Waits for the log, but not longer than clients do. The events may still arrive: sent again, they are the same. */
  async #within<Result>(publishing: Promise<Result>): Promise<Result> {
    const { publishMillis } = this.#limits;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      const message = `The events were not stored within ${publishMillis / 1000} seconds; send them again.`;
      const refusal = new RequestRefusal(503, { code: 'log_slow', message, retryAfter: RETRY_AFTER_SECONDS });
      timer = setTimeout(() => reject(refusal), publishMillis);
    });
    try {
      return await Promise.race([publishing, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  async #refuse(error: unknown, progress: Progress): Promise<Answer> {
    const refusal = toRefusal(error);
    const isCutOff = progress.isReading && !progress.raw.complete;
    try {
      if (refusal.statusCode >= 500) this.#log(error);
      progress.keyName = await this.#refused.keep(refusal, progress);
      return answerRefusal(refusal, isCutOff);
    } catch (failure) {
      this.#log(failure);
      return answerRefusal(toRefusal(failure), isCutOff);
    }
  }

  #log(err: unknown): void {
    this.#options.logger.error({ err }, 'the collector could not take a request');
  }
}

const toMessage = (event: CanonicalEvent) => ({ key: event.id, value: encodeEvent(event) });

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

function refuseFor(detail: string | undefined, item: Item): Item {
  if (detail === undefined) return item;
  return { body: item.body, decoded: [{ ok: false, rejection: { reason: 'too_large', detail } }] };
}
