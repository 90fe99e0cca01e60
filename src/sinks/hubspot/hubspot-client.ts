// The three HubSpot calls that the sink needs, each for one record, each of which may be repeated without harm.
// It says what came of a call; it does not know what a signal is.
import type { Clock } from '../../model/clock.ts';
import type { SinkResult } from '../../model/delivery.ts';
import { classifyResponse, type HttpAnswer } from '../classify-response.ts';
import { type Fetch, failureOf, sendHttp } from '../send-http.ts';
import { urlSecrets } from '../url-secrets.ts';
import { readHubspotAnswer, readPolicyPause, readRefusal } from './read-hubspot-answer.ts';

const API = '/crm/objects/2026-03';

type ObjectType = 'companies' | 'tasks';
export type Properties = Readonly<Record<string, string>>;

export interface RecordKey {
  readonly type: ObjectType;
  /** A property that HubSpot keeps unique. */
  readonly idProperty: string;
  readonly id: string;
}

export interface FoundRecord {
  readonly id: string;
  /** False when the record was there already; undefined when HubSpot does not say. */
  readonly isNew: boolean | undefined;
  readonly properties: Readonly<Record<string, string | null>>;
}

export type Failure = Exclude<SinkResult, { outcome: 'delivered' }>;
export type CallResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: Failure };

export interface HubspotClientOptions {
  readonly baseUrl: string;
  readonly token: string;
  /** Milliseconds a call. */
  readonly timeoutMs: number;
  readonly fetch: Fetch;
  readonly clock: Clock;
}

export class HubspotClient {
  readonly #options: HubspotClientOptions;
  /** Limits hold for the whole account, so one 429 stops every call until then. Microseconds, UTC. */
  #pausedUntil = 0;

  constructor(options: HubspotClientOptions) {
    this.#options = options;
  }

  /** Milliseconds until calls are made again; 0 when they are made now. */
  pausedForMs(): number {
    return Math.max(0, Math.ceil((this.#pausedUntil - this.#options.clock.now()) / 1000));
  }

  /** Creates or updates the one record that has `key.id` in `key.idProperty`. */
  async upsert(key: RecordKey, properties: Properties): Promise<CallResult<FoundRecord>> {
    const input = { id: key.id, idProperty: key.idProperty, properties };
    const answer = await this.#call('POST', `${API}/${key.type}/batch/upsert`, { inputs: [input] });
    return this.#recordIn(answer, key);
  }

  /** Undefined when there is no such record. */
  async read(key: RecordKey, properties: readonly string[]): Promise<CallResult<FoundRecord | undefined>> {
    const body = { idProperty: key.idProperty, inputs: [{ id: key.id }], properties };
    const answer = await this.#call('POST', `${API}/${key.type}/batch/read`, body);
    const found = this.#recordIn(answer, key);
    const missing = !found.ok && found.failure.status === 404;
    return missing ? { ok: true, value: undefined } : found;
  }

  /** Makes the default association between a task and a company; it may exist. */
  async associate(taskId: string, companyId: string): Promise<CallResult<true>> {
    const path = `${API}/tasks/${taskId}/associations/default/companies/${companyId}`;
    const answer = await this.#call('PUT', path, undefined);
    return this.#isDone(answer) ? { ok: true, value: true } : { ok: false, failure: this.#failure(answer) };
  }

  async #call(method: 'POST' | 'PUT', path: string, body: object | undefined): Promise<HttpAnswer> {
    const { baseUrl, token, timeoutMs, fetch, clock } = this.#options;
    const pause = this.#pausedUntil - clock.now();
    if (pause > 0) return pausedAnswer(pause);
    const answer = await sendHttp({
      fetch,
      method,
      url: `${baseUrl.replace(/\/$/, '')}${path}`,
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        'user-agent': 'tidemark',
      },
      body: body === undefined ? undefined : JSON.stringify(body),
      timeoutMs,
    });
    if (answer.kind === 'answer' && answer.status === 429) this.#pause(answer);
    return answer;
  }

  #pause(answer: HttpAnswer): void {
    const pauseMs = this.#failure(answer).retryAfterMs ?? 0;
    this.#pausedUntil = Math.max(this.#pausedUntil, this.#options.clock.now() + pauseMs * 1000);
  }

  #isDone = (answer: HttpAnswer): boolean =>
    answer.kind === 'answer' && classifyResponse(answer) === 'delivered' && readRefusal(answer) === undefined;

  #recordIn(answer: HttpAnswer, key: RecordKey): CallResult<FoundRecord> {
    if (answer.kind === 'none' || !this.#isDone(answer)) return { ok: false, failure: this.#failure(answer) };
    const record = readHubspotAnswer(answer.text).results?.[0];
    if (record === undefined) {
      const remoteText = `HubSpot answered ${answer.status} without the ${key.type} record it was asked for`;
      return {
        ok: false,
        failure: { outcome: 'ambiguous', retryAfterMs: undefined, status: answer.status, remoteText },
      };
    }
    return { ok: true, value: { id: record.id, isNew: record.new, properties: record.properties ?? {} } };
  }

  /** A refusal of a single record inside a 207 counts as the status it would have had alone. */
  #failure(answer: HttpAnswer): Failure {
    const refusal = answer.kind === 'answer' ? readRefusal(answer) : undefined;
    const counted: HttpAnswer =
      answer.kind === 'answer' && refusal ? { ...answer, status: refusal.status } : answer;
    const result = failureOf(counted, {
      now: this.#options.clock.now(),
      secrets: [this.#options.token, ...urlSecrets(this.#options.baseUrl)],
      ...(refusal === undefined ? {} : { text: refusal.text }),
      retryAfterMs: answer.kind === 'answer' ? readPolicyPause(answer) : undefined,
    });
    if (result.outcome === 'delivered') throw new Error('a failed HubSpot answer was read as a success');
    return result;
  }
}

const pausedAnswer = (pauseMicros: number): HttpAnswer => ({
  kind: 'answer',
  status: 429,
  headers: new Headers({ 'retry-after': String(pauseMicros / 1_000_000) }),
  text: JSON.stringify({ message: 'not sent: waiting until HubSpot takes calls again' }),
});
