import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import {
  buildCollector,
  type CollectorOptions,
  type RejectedItem,
} from '../../../src/ingest/collector/build-collector.ts';
import { configuredKeys } from '../../../src/ingest/collector/write-keys.ts';
import { decodeMessage } from '../../../src/ingest/decode-message.ts';
import type { CanonicalEvent } from '../../../src/model/event.ts';
import { LogError, type LogMessage } from '../../../src/model/event-log.ts';
import type { EpochMicros } from '../../../src/model/time.ts';
import { eventOf, RECEIVED_AT, wireTrack } from './build.ts';

const BASIC = { authorization: `Basic ${Buffer.from('secret:').toString('base64')}` };
const segmentTrack = {
  type: 'track',
  messageId: 'm1',
  userId: 'ann',
  event: 'login',
  context: { groupId: 'acme' },
};

const PARTS = {
  log: { publish: async () => {} },
  keys: configuredKeys([{ name: 'web', key: 'secret' }]),
  clock: { now: () => RECEIVED_AT },
  logger: { info: () => {}, warn: () => {}, error: () => {} },
};

function collector(options: Partial<CollectorOptions> = {}) {
  const published: LogMessage[] = [];
  const rejected: RejectedItem[] = [];
  const app = buildCollector({
    ...PARTS,
    log: { publish: async (messages) => void published.push(...messages) },
    onRejected: async (items) => void rejected.push(...items),
    ...options,
  });
  const post = async (url: string, payload: unknown, headers: Record<string, string> = BASIC) => {
    const body = typeof payload === 'string' || Buffer.isBuffer(payload) ? payload : JSON.stringify(payload);
    const response = await app.inject({ method: 'POST', url, payload: body, headers });
    return { status: response.statusCode, headers: response.headers, body: response.json() };
  };
  return { published, rejected, post };
}

const events = (published: readonly LogMessage[]): CanonicalEvent[] =>
  published.map(({ value }) => {
    const decoded = decodeMessage(value, { receivedAt: RECEIVED_AT });
    if (!decoded.ok) throw new Error(decoded.rejection.detail);
    return decoded.event;
  });

describe('Segment’s endpoints', () => {
  it.each([
    ['track', { messageId: 'm', userId: 'ann', event: 'login' }],
    ['identify', { messageId: 'm', userId: 'ann', traits: { role: 'admin' } }],
    ['group', { messageId: 'm', userId: 'ann', groupId: 'acme', traits: { plan: 'pro' } }],
  ])('publish what comes to /v1/%s', async (type, message) => {
    const { published, post } = collector();
    const answer = await post(`/v1/${type}`, message);
    expect(answer).toMatchObject({
      status: 200,
      body: {
        success: true,
        accepted: 1,
        rejected: 0,
        verdicts: [{ index: 0, status: 'accepted', id: 'm' }],
      },
    });
    expect(events(published)).toMatchObject([{ type, id: 'm', userId: 'ann' }]);
  });

  it('judge each message of a batch on its own and keep the bad ones', async () => {
    const { published, rejected, post } = collector();
    const answer = await post('/v1/batch', {
      batch: [segmentTrack, { type: 'purchase', messageId: 'p', userId: 'a' }, 7],
      sentAt: 'x',
    });
    expect(answer).toMatchObject({
      status: 200,
      body: {
        success: true,
        accepted: 1,
        rejected: 2,
        verdicts: [
          { index: 0, status: 'accepted', id: 'm1' },
          { index: 1, status: 'rejected', reason: 'unknown_type' },
          { index: 2, status: 'rejected', reason: 'not_an_object' },
        ],
      },
    });
    expect(events(published)).toMatchObject([{ id: 'm1', accountId: 'acme' }]);
    expect(rejected.map(({ rejection }) => rejection.reason)).toEqual(['unknown_type', 'not_an_object']);
    expect(String(rejected[1]?.body)).toBe('7');
  });

  it('read gzip whatever the content type says', async () => {
    const { published, post } = collector();
    const body = gzipSync(JSON.stringify({ batch: [segmentTrack] }));
    const headers = {
      ...BASIC,
      'content-encoding': 'gzip',
      'content-type': 'application/x-www-form-urlencoded',
    };
    expect(await post('/v1/batch', body, headers)).toMatchObject({ status: 200 });
    expect(published).toHaveLength(1);
  });

  it('answer a body that is no JSON with 400, and keep it', async () => {
    const { rejected, post } = collector();
    expect(await post('/v1/batch', '{"batch":[')).toMatchObject({
      status: 400,
      body: { success: false, error: { code: 'invalid_json' } },
    });
    expect(rejected).toMatchObject([
      { body: Buffer.from('{"batch":['), rejection: { reason: 'invalid_json' } },
    ]);
  });
});

describe('/v1/events', () => {
  it.each([
    ['one object', JSON.stringify(wireTrack()), 1],
    ['an array', JSON.stringify([wireTrack({ id: '1' }), wireTrack({ id: '2' })]), 2],
    [
      'one a line',
      `${JSON.stringify(wireTrack({ id: '1' }))}\r\n\n${JSON.stringify(wireTrack({ id: '2' }))}\n`,
      2,
    ],
  ])('takes %s', async (_, body, count) => {
    const { published, post } = collector();
    expect(await post('/v1/events', body)).toMatchObject({ status: 200, body: { accepted: count } });
    expect(published).toHaveLength(count);
  });

  it('refuses a bad line alone', async () => {
    const { rejected, post } = collector();
    const answer = await post('/v1/events', `${JSON.stringify(wireTrack())}\n{oops\n`);
    expect(answer.body).toMatchObject({
      accepted: 1,
      rejected: 1,
      verdicts: [{}, { index: 1, reason: 'invalid_json' }],
    });
    expect(String(rejected[0]?.body)).toBe('{oops');
  });

  it('publishes what it has decided, so that the consumer reads the same event', async () => {
    const { published, post } = collector();
    const wire = wireTrack({ id: undefined, timestamp: undefined });
    await post('/v1/events', wire);
    expect(events(published)).toEqual([eventOf(wire)]);
    expect(events(published)).toMatchObject([{ idDerived: true }]);
  });

  it('answers an event nested 10,000 deep with its verdict', async () => {
    const { post } = collector();
    const deep = `{"type":"track","account_id":"a","event":"e","properties":${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}}`;
    expect((await post('/v1/events', deep)).body).toMatchObject({
      verdicts: [{ reason: 'nested_too_deep' }],
    });
    expect((await post('/v1/batch', `{"batch":[${deep}]}`)).body).toMatchObject({
      verdicts: [{ reason: expect.any(String) }],
    });
  });
});

describe('a write key', () => {
  it('is needed', async () => {
    const { published, post } = collector();
    expect(await post('/v1/events', wireTrack(), {})).toMatchObject({
      status: 401,
      body: { error: { code: 'unauthorised' } },
    });
    expect(published).toEqual([]);
  });

  it('must be a known one', async () => {
    const { post } = collector();
    const headers = { authorization: `Basic ${Buffer.from('wrong:').toString('base64')}` };
    expect(await post('/v1/track', segmentTrack, headers)).toMatchObject({ status: 401 });
  });

  it('may stand in the body', async () => {
    const { post } = collector();
    expect(await post('/v1/batch', { batch: [segmentTrack], writeKey: 'secret' }, {})).toMatchObject({
      status: 200,
    });
    expect(await post('/v1/batch', { batch: [segmentTrack], writeKey: 'wrong' }, {})).toMatchObject({
      status: 401,
    });
  });

  it('may be a Bearer token', async () => {
    const { post } = collector();
    expect(await post('/v1/events', wireTrack(), { authorization: 'Bearer secret' })).toMatchObject({
      status: 200,
    });
  });
});

describe('limits', () => {
  const limits = { maxItemBytes: 300, maxRequestBytes: 2000, maxPendingEvents: 3 };

  it('refuse an event that is too large, alone', async () => {
    const { post } = collector({ limits });
    const large = { ...segmentTrack, properties: { text: 'x'.repeat(400) } };
    expect((await post('/v1/batch', { batch: [segmentTrack, large] })).body).toMatchObject({
      accepted: 1,
      verdicts: [{ status: 'accepted' }, { status: 'rejected', reason: 'too_large' }],
    });
  });

  it('refuse a request that is too large with 413, packed or not', async () => {
    const { post } = collector({ limits });
    expect(await post('/v1/events', 'x'.repeat(2001))).toMatchObject({
      status: 413,
      body: { error: { code: 'too_large' } },
    });
    const bomb = gzipSync('x'.repeat(100_000));
    expect(await post('/v1/events', bomb, { ...BASIC, 'content-encoding': 'gzip' })).toMatchObject({
      status: 413,
    });
  });

  it('keep the beginning of a request that is too large, packed or not, with the name of its key', async () => {
    const { rejected, post } = collector({ limits });
    const large = `{"event":"import"}${' '.repeat(20_000)}`;
    await post('/v1/events', large);
    await post('/v1/events', gzipSync(large), { ...BASIC, 'content-encoding': 'gzip' });
    expect(rejected.map(({ rejection }) => rejection)).toEqual([
      {
        reason: 'too_large',
        detail:
          'The body has 20018 bytes; 2000 are allowed in a request. Sent with the write key "web"; kept are its first 8192 bytes.',
      },
      {
        reason: 'too_large',
        detail:
          'The body unpacks to more than 2000 bytes. Sent with the write key "web"; kept are its first 8192 bytes.',
      },
    ]);
    for (const { body } of rejected) expect(Buffer.from(body).toString()).toBe(large.slice(0, 8192));
  });

  it('let a client of ten megabytes hear its 413 over a real connection', async () => {
    const rejected: RejectedItem[] = [];
    const app = buildCollector({ ...PARTS, onRejected: async (items) => void rejected.push(...items) });
    const address = await app.listen({ host: '127.0.0.1', port: 0 });
    const large = 'x'.repeat(10_000_000);
    const send = (headers: Record<string, string>): Promise<Response> =>
      fetch(`${address}/v1/events`, { method: 'POST', body: large, headers });
    expect((await send(BASIC)).status).toBe(413);
    expect((await send({})).status).toBe(413);
    expect(rejected).toMatchObject([{ rejection: { reason: 'too_large' } }]);
    await app.close();
  });

  it('count in the log what is refused without a trace, a line a minute', async () => {
    const lines: object[] = [];
    const logger = { ...PARTS.logger, warn: (details: object) => void lines.push(details) };
    let now: number = RECEIVED_AT;
    const clock = { now: () => now as EpochMicros };
    const { rejected, post } = collector({ limits, logger, clock });
    await post('/v1/events', 'x'.repeat(2001), {});
    await post('/v1/events', 'x'.repeat(2001), {});
    await post('/v1/events', wireTrack(), { authorization: 'Bearer wrong' });
    expect(lines).toMatchObject([{ count: 1, code: 'too_large' }]);
    now += 60_000_000;
    await post('/v1/events', 'not JSON', {});
    expect(lines).toMatchObject([{ count: 1 }, { count: 3 }]);
    expect(rejected).toEqual([]);
  });

  it('answer 429 with Retry-After while too many events wait', async () => {
    let release = (): void => {};
    const waiting = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { post } = collector({ limits, log: { publish: () => waiting } });
    const [first, second] = [
      post('/v1/batch', { batch: [segmentTrack, segmentTrack] }),
      post('/v1/batch', { batch: [segmentTrack, segmentTrack] }),
    ];
    const refused = await Promise.race([first, second]);
    expect(refused).toMatchObject({ status: 429, headers: { 'retry-after': '5' } });
    release();
    expect((await Promise.all([first, second])).map(({ status }) => status).sort()).toEqual([200, 429]);
  });
});

describe('when the log cannot take events', () => {
  it('the answer is 503 with Retry-After', async () => {
    const log = { publish: () => Promise.reject(new LogError('no broker', { retryable: true })) };
    const { post } = collector({ log });
    expect(await post('/v1/track', segmentTrack)).toMatchObject({
      status: 503,
      headers: { 'retry-after': '5' },
      body: { success: false },
    });
  });

  it('nor dead letters, the answer is 503 too', async () => {
    const { published, post } = collector({ onRejected: () => Promise.reject(new Error('no store')) });
    expect(await post('/v1/batch', { batch: [segmentTrack, 7] })).toMatchObject({ status: 503 });
    expect(published).toEqual([]);
  });
});
