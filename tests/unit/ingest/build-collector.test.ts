import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { LogError } from '../../../src/model/event-log.ts';
import type { EpochMicros } from '../../../src/model/time.ts';
import { eventOf, wireTrack } from './build.ts';
import { BASIC, eventsIn, segmentTrack, startCollector } from './start-collector.ts';

describe('Segment’s endpoints', () => {
  it.each([
    ['track', { messageId: 'm', userId: 'ann', event: 'login' }, 'track'],
    ['identify', { messageId: 'm', userId: 'ann', traits: { role: 'admin' } }, 'identify'],
    ['group', { messageId: 'm', userId: 'ann', groupId: 'acme', traits: { plan: 'pro' } }, 'group'],
    ['page', { messageId: 'm', userId: 'ann', name: 'Pricing' }, 'track'],
    ['screen', { messageId: 'm', userId: 'ann', name: 'Home' }, 'track'],
    ['alias', { messageId: 'm', userId: 'ann', previousId: 'anonymous-7' }, 'alias'],
    ['t', { messageId: 'm', userId: 'ann', event: 'login' }, 'track'],
  ])('publish what comes to /v1/%s', async (end, message, type) => {
    const { published, post } = startCollector();
    expect(await post(`/v1/${end}`, message)).toMatchObject({ status: 200, body: { success: true } });
    expect(eventsIn(published)).toMatchObject([{ type, id: 'm', userId: 'ann' }]);
  });

  it.each(['batch', 'import', 'b'])('publish the batch that comes to /v1/%s', async (end) => {
    const { published, post } = startCollector();
    const batch = [segmentTrack, { ...segmentTrack, messageId: 'm2' }];
    expect(await post(`/v1/${end}`, { batch })).toMatchObject({ status: 200 });
    expect(eventsIn(published)).toMatchObject([{ id: 'm1' }, { id: 'm2' }]);
  });

  it('are found with a doubled slash and with one at the end', async () => {
    const { app, published, answered, listen } = startCollector();
    const address = await listen();
    for (const path of ['//v1/batch', '/v1/batch/', '//v1/import/', '//v1/track', '/v1/page/?verdicts=1']) {
      const body = JSON.stringify({ ...segmentTrack, batch: [segmentTrack] });
      const response = await fetch(`${address}${path}`, { method: 'POST', body, headers: BASIC });
      expect([path, response.status]).toEqual([path, 200]);
    }
    expect(published).toHaveLength(5);
    expect(answered.map(({ route }) => route)).toEqual([
      '/v1/batch',
      '/v1/batch',
      '/v1/import',
      '/v1/track',
      '/v1/page',
    ]);
    await app.close();
  });

  it.each([
    ['account_id', 'zeta'],
    ['user_id', 'bob'],
    ['id', 7],
  ])('take a field %s for none of Segment’s', async (field, value) => {
    const { published, post } = startCollector();
    await post('/v1/track', { ...segmentTrack, [field]: value });
    await post('/v1/batch', { batch: [{ ...segmentTrack, [field]: value }] });
    const event = { id: 'm1', idDerived: false, userId: 'ann', accountId: 'acme' };
    expect(eventsIn(published)).toMatchObject([event, event]);
  });

  it('judge each message of a batch on its own and keep the bad ones', async () => {
    const { published, rejected, post } = startCollector();
    const answer = await post('/v1/batch?verdicts=1', {
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
    expect(eventsIn(published)).toMatchObject([{ id: 'm1', accountId: 'acme' }]);
    expect(rejected.map(({ rejection }) => rejection.reason)).toEqual(['unknown_type', 'not_an_object']);
    expect(String(rejected[1]?.body)).toBe('7');
  });

  it('answer a body that is no JSON with 400, and keep it', async () => {
    const { rejected, post } = startCollector();
    expect(await post('/v1/batch', '{"batch":[')).toMatchObject({
      status: 400,
      body: { success: false, error: { code: 'invalid_json' } },
    });
    expect(rejected).toMatchObject([
      { body: Buffer.from('{"batch":['), rejection: { reason: 'invalid_json' } },
    ]);
  });
});

describe('a body', () => {
  const packed = JSON.stringify({ batch: [segmentTrack] });

  it.each([
    ['gzip that is called a form', gzipSync(packed), { 'content-encoding': 'gzip' }],
    ['gzip that nobody mentions', gzipSync(packed), {}],
    ['JSON that is called a form', packed, {}],
    ['a form with JSON in a field', `data=${encodeURIComponent(packed)}`, {}],
    ['a form with base64 in a field', `data=${Buffer.from(packed).toString('base64')}`, {}],
    ['JSON after a byte order mark', `\uFEFF${packed}`, {}],
  ])('may be %s', async (_, body, headers) => {
    const { published, post } = startCollector();
    const type = { 'content-type': 'application/x-www-form-urlencoded' };
    expect(await post('/v1/batch', body, { ...BASIC, ...type, ...headers })).toMatchObject({ status: 200 });
    expect(eventsIn(published)).toMatchObject([{ id: 'm1' }]);
  });

  it.each(['text/plain', 'application/cloudevents+json', 'nonsense', ';', 'a/b/c'])(
    'may be of the content type “%s”',
    async (type) => {
      const { published, post } = startCollector();
      const headers = { ...BASIC, 'content-type': type };
      expect(await post('/v1/track', segmentTrack, headers)).toMatchObject({ status: 200 });
      expect(published).toHaveLength(1);
    },
  );
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
    const { published, post } = startCollector();
    expect(await post('/v1/events', body)).toMatchObject({ status: 200, body: { accepted: count } });
    expect(published).toHaveLength(count);
  });

  it('refuses a bad line alone', async () => {
    const { rejected, post } = startCollector();
    const answer = await post('/v1/events', `${JSON.stringify(wireTrack())}\n{oops\n`);
    expect(answer.body).toMatchObject({
      accepted: 1,
      rejected: 1,
      verdicts: [{}, { index: 1, reason: 'invalid_json' }],
    });
    expect(String(rejected[0]?.body)).toBe('{oops');
  });

  it('publishes what it has decided, so that the consumer reads the same event', async () => {
    const { published, post } = startCollector();
    const wire = wireTrack({ id: undefined, timestamp: undefined });
    await post('/v1/events', wire);
    expect(eventsIn(published)).toEqual([eventOf(wire)]);
    expect(eventsIn(published)).toMatchObject([{ idDerived: true }]);
  });
});

describe('an answer', () => {
  it('to Segment’s clients is what Segment answers', async () => {
    const { post } = startCollector();
    const answer = await post('/v1/batch', { batch: [segmentTrack, 7] });
    expect(answer).toMatchObject({ status: 200, body: { success: true } });
    expect(Object.keys(answer.body)).toEqual(['success']);
  });

  it('has verdicts for those who accept them', async () => {
    const { post } = startCollector();
    const headers = { ...BASIC, accept: 'application/vnd.tidemark+json, */*' };
    const answer = await post('/v1/track', segmentTrack, headers);
    expect(answer.headers['content-type']).toContain('application/vnd.tidemark+json');
    expect(answer.body).toEqual({
      success: true,
      accepted: 1,
      rejected: 0,
      verdicts: [{ index: 0, status: 'accepted', id: 'm1' }],
    });
  });

  it('of /v1/events has them unasked', async () => {
    const { post } = startCollector();
    expect((await post('/v1/events', wireTrack())).body).toMatchObject({ verdicts: [{ id: 'e1' }] });
  });

  it('is told of once, with its key, route and counts', async () => {
    const times = [0, 2_500, 10_000, 10_000, 20_000, 20_000, 30_000, 30_000];
    const clock = { now: () => (times.shift() ?? 0) as EpochMicros };
    const { answered, post } = startCollector({ clock });
    await post('/v1/batch', { batch: [segmentTrack, 7] });
    await post('/v1/track', segmentTrack, {});
    await post('/v1/batch', { batch: 7, writeKey: 'secret' }, {});
    await post('/v1/track', { ...segmentTrack, writeKey: 'secret' }, {});
    expect(answered).toMatchObject([
      { keyName: 'web', route: '/v1/batch', status: 200, accepted: 1, rejected: 1, milliseconds: 2.5 },
      { keyName: undefined, route: '/v1/track', status: 401, accepted: 0, rejected: 0 },
      { keyName: 'web', route: '/v1/batch', status: 400, accepted: 0, rejected: 0 },
      { keyName: 'web', route: '/v1/track', status: 200, accepted: 1, rejected: 0 },
    ]);
  });
});

describe('a write key', () => {
  it('is needed', async () => {
    const { published, post } = startCollector();
    expect(await post('/v1/events', wireTrack(), {})).toMatchObject({
      status: 401,
      body: { error: { code: 'unauthorised' } },
    });
    expect(published).toEqual([]);
  });

  it('must be a known one', async () => {
    const { post } = startCollector();
    const headers = { authorization: `Basic ${Buffer.from('wrong:').toString('base64')}` };
    expect(await post('/v1/track', segmentTrack, headers)).toMatchObject({ status: 401 });
  });

  it('may stand in the body', async () => {
    const { post } = startCollector();
    expect(await post('/v1/batch', { batch: [segmentTrack], writeKey: 'secret' }, {})).toMatchObject({
      status: 200,
    });
    expect(await post('/v1/batch', { batch: [segmentTrack], writeKey: 'wrong' }, {})).toMatchObject({
      status: 401,
    });
  });

  it('may stand in the messages, the same in each', async () => {
    const { post } = startCollector();
    const [ours, theirs] = ['secret', 'wrong'].map((writeKey) => ({ ...segmentTrack, writeKey }));
    expect(await post('/v1/batch', { batch: [ours, segmentTrack] }, {})).toMatchObject({ status: 200 });
    expect(await post('/v1/batch', { batch: [ours, theirs] }, {})).toMatchObject({ status: 401 });
  });

  it('may be a Bearer token', async () => {
    const { post } = startCollector();
    expect(await post('/v1/events', wireTrack(), { authorization: 'Bearer secret' })).toMatchObject({
      status: 200,
    });
  });
});

describe('when the log cannot take events', () => {
  it('the answer is 503 with Retry-After', async () => {
    const log = { publish: () => Promise.reject(new LogError('no broker', { retryable: true })) };
    const { answered, post } = startCollector({ log });
    expect(await post('/v1/track', segmentTrack)).toMatchObject({
      status: 503,
      headers: { 'retry-after': '5' },
      body: { success: false },
    });
    expect(answered).toMatchObject([{ status: 503, accepted: 0, rejected: 0 }]);
  });

  it('nor dead letters, the answer is 503 too', async () => {
    const { published, post } = startCollector({ onRejected: () => Promise.reject(new Error('no store')) });
    expect(await post('/v1/batch', { batch: [segmentTrack, 7] })).toMatchObject({ status: 503 });
    expect(published).toEqual([]);
  });
});
