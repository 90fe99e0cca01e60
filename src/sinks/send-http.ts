// One HTTP request with a time limit and without redirects, whose every outcome is a value. What the remote says is
// cut short, and secrets that it echoes are blotted out.

import type { SinkResult } from '../model/delivery.ts';
import type { EpochMicros } from '../model/time.ts';
import { classifyResponse, type HttpAnswer } from './classify-response.ts';

export type Fetch = typeof globalThis.fetch;

export interface HttpRequest {
  readonly fetch: Fetch;
  readonly method: 'POST' | 'PUT';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  /** Milliseconds for the whole exchange. */
  readonly timeoutMs: number;
}

/** Bytes of an answer that are read; more is cut off. */
const LONGEST_ANSWER = 256 * 1024;
const LONGEST_REMOTE_TEXT = 1000;

/** Failures before the request was written; after any other, the remote may have done what was asked. */
const NOT_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'ERR_INVALID_URL',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

/** Never rejects. */
export async function sendHttp(request: HttpRequest): Promise<HttpAnswer> {
  const { fetch, method, url, headers, body, timeoutMs } = request;
  try {
    const signal = AbortSignal.timeout(timeoutMs);
    const response = await fetch(url, { method, headers, body: body ?? null, redirect: 'manual', signal });
    const text = await readText(response);
    return { kind: 'answer', status: response.status, headers: response.headers, text };
  } catch (error) {
    return { kind: 'none', ...describeFailure(error, timeoutMs) };
  }
}

async function readText(response: Response): Promise<string> {
  if (response.body === null) return '';
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > LONGEST_ANSWER) break;
  }
  return Buffer.concat(chunks).subarray(0, LONGEST_ANSWER).toString('utf8');
}

function describeFailure(error: unknown, timeoutMs: number): { sent: boolean; detail: string } {
  if (error instanceof Error && error.name === 'TimeoutError') {
    return { sent: true, detail: `no answer within ${timeoutMs} ms` };
  }
  const code = codeOf(error);
  const sent = !NOT_SENT.has(code ?? '');
  const message = error instanceof Error ? error.message : String(error);
  const what = code === undefined ? message : `${message} (${code})`;
  return { sent, detail: sent ? `the connection broke: ${what}` : `could not connect: ${what}` };
}

/** Node's fetch hides the reason in `cause`, and several addresses tried in an AggregateError. */
function codeOf(error: unknown): string | undefined {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    if ('code' in at && typeof at.code === 'string') return at.code;
    if (at instanceof AggregateError && at.errors.length > 0) return codeOf(at.errors[0]);
  }
  return undefined;
}

export interface FailureOptions {
  readonly now: EpochMicros;
  /** Blotted out of the remote's text. */
  readonly secrets: readonly string[];
  /** Replaces the answer's body where a sink knows better what to show. */
  readonly text?: string;
  /** Milliseconds, where the remote says it elsewhere than in Retry-After. */
  readonly retryAfterMs?: number | undefined;
}

/** The result for an answer that is not a success. */
export function failureOf(answer: HttpAnswer, options: FailureOptions): SinkResult {
  const outcome = classifyResponse(answer);
  if (outcome === 'delivered') throw new Error('failureOf was given a successful answer');
  if (answer.kind === 'none') {
    const remoteText = tellRemoteText(answer.detail, options.secrets);
    return { outcome, retryAfterMs: undefined, status: undefined, remoteText };
  }
  const { status, headers } = answer;
  const retryAfterMs = readRetryAfter(headers, options.now) ?? options.retryAfterMs;
  const said = tellRemoteText(options.text ?? answer.text, options.secrets);
  return {
    outcome,
    retryAfterMs,
    status,
    remoteText: said === '' ? `HTTP ${status}` : `HTTP ${status}: ${said}`,
  };
}

/** The remote's own words on one line, without secrets, cut at a thousand characters. */
export function tellRemoteText(text: string, secrets: readonly string[]): string {
  const safe = secrets
    .filter((secret) => secret !== '')
    .reduce((told, secret) => told.replaceAll(secret, '[secret]'), text);
  const line = safe.replaceAll(/\s+/g, ' ').trim();
  return line.length <= LONGEST_REMOTE_TEXT ? line : `${line.slice(0, LONGEST_REMOTE_TEXT - 1)}…`;
}

/** Seconds or an HTTP date, in milliseconds from now; undefined when there is none or it makes no sense. */
function readRetryAfter(headers: Headers, now: EpochMicros): number | undefined {
  const text = headers.get('retry-after')?.trim();
  if (text === undefined || text === '') return undefined;
  const isSeconds = /^\d+(\.\d+)?$/.test(text);
  const isDate = /^[A-Za-z]/.test(text);
  if (!isSeconds && !isDate) return undefined;
  const ms = isSeconds ? Number(text) * 1000 : Date.parse(text) - now / 1000;
  return Number.isFinite(ms) ? Math.max(0, Math.ceil(ms)) : undefined;
}
