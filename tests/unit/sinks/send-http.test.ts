// One request whose every outcome is a value, and what of it may be shown.
import { expect, it } from 'vitest';
import type { EpochMicros } from '../../../src/model/time.ts';
import { type Fetch, failureOf, sendHttp, tellRemoteText } from '../../../src/sinks/send-http.ts';

const NOW = (Date.UTC(2026, 2, 10, 12) * 1000) as EpochMicros;

const send = (fetch: Fetch) =>
  sendHttp({ fetch, method: 'POST', url: 'https://crm.example/x', headers: {}, body: '{}', timeoutMs: 1000 });

const failWith =
  (error: Error): Fetch =>
  async () =>
    Promise.reject(error);
const withCode = (code: string): Error =>
  new TypeError('fetch failed', { cause: Object.assign(new Error(code), { code }) });

it.each(['ECONNREFUSED', 'ENOTFOUND', 'UND_ERR_CONNECT_TIMEOUT', 'CERT_HAS_EXPIRED'])(
  'knows that after %s nothing was sent',
  async (code) => expect(await send(failWith(withCode(code)))).toMatchObject({ kind: 'none', sent: false }),
);

it.each(['ECONNRESET', 'UND_ERR_SOCKET', 'UND_ERR_HEADERS_TIMEOUT', 'EPIPE', 'SOMETHING_NEW'])(
  'takes %s as possibly done',
  async (code) => expect(await send(failWith(withCode(code)))).toMatchObject({ kind: 'none', sent: true }),
);

it('looks into a failure of several addresses', async () => {
  const refused = Object.assign(new Error('no'), { code: 'ECONNREFUSED' });
  const error = new TypeError('fetch failed', { cause: new AggregateError([refused, refused]) });
  expect(await send(failWith(error))).toMatchObject({ sent: false });
});

it('says how long it waited', async () => {
  const error = new DOMException('The operation was aborted due to timeout', 'TimeoutError');
  expect(await send(failWith(error))).toMatchObject({ sent: true, detail: 'no answer within 1000 ms' });
});

it('follows no redirect and bounds what it reads', async () => {
  let init: RequestInit | undefined;
  const answer = await send(async (_, given) => {
    init = given;
    return new Response('x'.repeat(1_000_000), { status: 500 });
  });
  expect(init?.redirect).toBe('manual');
  expect(answer).toMatchObject({ kind: 'answer', status: 500 });
  expect(answer.kind === 'answer' && answer.text.length).toBe(256 * 1024);
});

const retryAfter = (value: string) => {
  const headers = new Headers({ 'retry-after': value });
  const result = failureOf({ kind: 'answer', status: 429, headers, text: '' }, { now: NOW, secrets: [] });
  return result.outcome === 'delivered' ? undefined : result.retryAfterMs;
};

it('reads Retry-After as seconds and as a date, and not what makes no sense', () => {
  expect(retryAfter('120')).toBe(120_000);
  expect(retryAfter('Tue, 10 Mar 2026 12:00:30 GMT')).toBe(30_000);
  expect(retryAfter('Tue, 10 Mar 2026 11:00:00 GMT')).toBe(0);
  expect(retryAfter('soon')).toBeUndefined();
  expect(retryAfter('-5')).toBeUndefined();
});

it('blots secrets out of what the remote says, on one short line', () => {
  expect(tellRemoteText('bad token pat-canary,\n  "Bearer pat-canary"', ['pat-canary', ''])).toBe(
    'bad token [secret], "Bearer [secret]"',
  );
  expect(tellRemoteText('y'.repeat(5000), []).length).toBe(1000);
});
