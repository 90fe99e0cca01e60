// What dead letters of the collector hold: what came, byte for byte, but no write key; and of whom.
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { configuredKeys } from '../../../src/ingest/collector/write-keys.ts';
import { decodeDeadLetter } from '../../../src/ingest/decode-dead-letter.ts';
import { type RejectedBody, writeRejected } from '../../../src/ingest/write-rejected.ts';
import { LogError, type LogMessage } from '../../../src/model/event-log.ts';
import { RECEIVED_AT, recordingStore, rowsOf } from './build.ts';
import { eventsIn, segmentTrack, startCollector } from './start-collector.ts';

const KEY = 'tmk_0123456789012345678901234567890123456789';
const BEARER = { authorization: `Bearer ${KEY}` };
const start = (options = {}) =>
  startCollector({ keys: configuredKeys([{ name: 'web', key: KEY }]), ...options });
const base64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64');
const bodiesOf = (letters: readonly RejectedBody[]): readonly string[] =>
  letters.map(({ body }) => Buffer.from(body).toString());

describe('no dead letter holds the write key', () => {
  const refused = { event: '', properties: { token: KEY, a: 1 }, api_key: KEY };
  const large = 'x'.repeat(600_000);
  it.each<[string, string, unknown, Record<string, string>]>([
    ['a message of Segment’s', '/v1/track', { writeKey: KEY, userId: 'ann' }, {}],
    ['a message of a batch', '/v1/batch', { batch: [{ writeKey: KEY, userId: 'ann' }] }, {}],
    ['a batch that is none', '/v1/batch', { batch: 7, writeKey: KEY }, {}],
    ['a batch that breaks off', '/v1/batch', `{"writeKey": "${KEY}", "batch":[`, {}],
    ['a form', '/v1/batch', `data=${base64({ writeKey: KEY, batch: 7 })}`, {}],
    ['a form of a batch', '/v1/batch', `data=${base64({ writeKey: KEY, batch: [{ writeKey: KEY }] })}`, {}],
    ['an envelope', '/v1/events', { writeKey: KEY, type: 'track' }, {}],
    ['a line', '/v1/events', `{"writeKey":"${KEY}"}\n{"a":"${KEY}"}`, BEARER],
    ['what has the key somewhere else', '/v1/events', [{ type: 'x', name: KEY }], BEARER],
    ['PostHog’s message', '/capture', refused, {}],
    ['PostHog’s batch', '/batch', { api_key: KEY, batch: [refused] }, {}],
    ['a form of PostHog’s', '/e', `data=${base64([refused])}`, {}],
    ['a batch of PostHog’s that is none', '/batch', { token: KEY, batch: 5 }, {}],
    ['a request that is too large', '/v1/batch', { writeKey: KEY, batch: [large] }, {}],
    ['a form that is too large', '/e', `data=${base64({ api_key: KEY, batch: [large] })}`, {}],
    ['gzip that is too large', '/e', gzipSync(JSON.stringify({ api_key: KEY, batch: [large] })), {}],
    [
      'a key that is cut through',
      '/v1/events',
      `{"a":"${'x'.repeat(8150)}","writeKey":"${KEY}${large}`,
      BEARER,
    ],
    ['a CloudEvent', '/events', { specversion: '1.0', id: KEY }, BEARER],
  ])('of %s', async (_, path, body, headers) => {
    const { rejected, post } = start();
    await post(path, body, headers);
    const bodies = bodiesOf(rejected);
    expect(bodies.length).toBeGreaterThan(0);
    for (const kept of bodies) {
      expect(kept).not.toContain(KEY.slice(0, 12));
      expect(kept).not.toContain(Buffer.from(KEY).toString('base64').slice(3, 20));
      expect(kept.length).toBeGreaterThan(4);
    }
  });

  it('of a sender who has another in the header', async () => {
    const { rejected, post } = start();
    await post('/batch', { api_key: 'tmk_other', batch: 5 }, BEARER);
    expect(bodiesOf(rejected)).toEqual(['{"api_key":"","batch":5}']);
  });
});

describe('a message of a batch is kept byte for byte', () => {
  it.each([
    [
      '/v1/batch',
      (message: string) => `{ "x": {"batch": [1]}, "batch" : [ 1 , ${message} ,"]},{" ] , "sentAt":"," }`,
    ],
    ['/batch', (message: string) => `{"batch":["[",${message},{}],"batched":[1,2]}`],
    ['/events', (message: string) => `[{},${message}\n,null]`],
    ['/v1/events', (message: string) => `\ufeff [ "\\"]" ,${message},[[]]]`],
  ])('on %s', async (path, wrap) => {
    const { rejected, post } = start();
    const message = '{ "userId":9007199254740993,  "a":1.0,"\\u0041":"[\\"é" }';
    await post(path, wrap(message), BEARER);
    expect(bodiesOf(rejected)[1]).toBe(message);
    expect(rejected).toHaveLength(3);
  });

  it('however deep it nests', async () => {
    const { rejected, post } = start();
    const deep = `{"a":${'['.repeat(10_000)}${']'.repeat(10_000)}}`;
    await post('/v1/batch', `{"batch":[${deep}]}`, BEARER);
    expect(bodiesOf(rejected)).toEqual([deep]);
  });

  it('with the context that the batch gives to all of them', async () => {
    const { rejected, post } = start();
    const batch = [{ type: 'track', userId: 'ann' }, {}, { context: {}, type: 'x' }];
    await post('/v1/batch', { batch, context: { groupId: 'acme' } }, BEARER);
    expect(bodiesOf(rejected)).toEqual([
      '{"context":{"groupId":"acme"},"type":"track","userId":"ann"}',
      '{"context":{"groupId":"acme"}}',
      '{"context":{},"type":"x"}',
    ]);
  });
});

it('a request that cannot be read is kept of whoever a key in it says it is of', async () => {
  const { rejected, answered, post } = start();
  await post('/batch', { api_key: KEY, batch: 5 }, {});
  await post('/batch', { api_key: 'tmk_wrong', batch: 5 }, {});
  await post('/batch', { batch: 5 }, {});
  expect(rejected).toHaveLength(1);
  expect(answered.map(({ keyName }) => keyName)).toEqual(['web', undefined, undefined]);
});

describe('what the log refuses', () => {
  const published: LogMessage[] = [];
  const log = {
    publish: async (messages: readonly LogMessage[]) => {
      if (messages.some(({ value }) => String(value).includes('refused'))) {
        throw new LogError('Kafka refuses a message of 9 bytes', { retryable: false });
      }
      published.push(...messages);
    },
  };

  it.each([
    ['in the header', {}, BEARER],
    ['in the body', { writeKey: KEY }, {}],
  ])('is a dead letter beside events that are taken, with the key %s', async (_, more, headers) => {
    published.length = 0;
    const { rejected, post } = start({ log });
    const batch = ['a', 'b', 'refused', 'c', 'd'].map((event) => ({
      ...segmentTrack,
      messageId: event,
      event,
    }));
    const answer = await post('/v1/batch?verdicts=1', { batch: [...batch, 7], ...more }, headers);
    expect(answer).toMatchObject({ status: 200, body: { accepted: 4, rejected: 2 } });
    expect(answer.body.verdicts[2]).toMatchObject({ status: 'rejected', reason: 'too_large' });
    expect(eventsIn(published).map(({ id }) => id)).toEqual(['a', 'b', 'c', 'd']);
    expect(rejected.map(({ rejection }) => rejection.reason)).toEqual(['not_an_object', 'too_large']);
    expect(bodiesOf(rejected)[1]).toBe(JSON.stringify(batch[2]));
  });
});

it('binary CloudEvents with the same data are kept apart, and read again with their own headers', async () => {
  const store = recordingStore();
  const { post } = start({
    onRejected: (items: readonly RejectedBody[]) =>
      writeRejected({ store, log: { publishDeadLetters: async () => {} } }, items),
  });
  const headers = {
    ...BEARER,
    'content-type': 'application/json',
    'ce-specversion': '1.0',
    'ce-source': '/chat',
    'ce-type': 'message_sent',
  };
  for (const id of ['1', '2', '1'])
    await post('/events', '{"channel":"general"}', { ...headers, 'ce-id': id });
  const rows = rowsOf(store.blocks, 'dead_letters');
  expect(rows).toHaveLength(3);
  expect(new Set(rows.map(({ offset }) => offset)).size).toBe(2);
  const again = rows.map(({ body, headers: kept }) =>
    decodeDeadLetter({
      source: 'collector',
      body: Buffer.from(String(body)),
      headers: { ...JSON.parse(String(kept)), 'ce-subject': 'acme' },
      appendedAt: RECEIVED_AT,
    }),
  );
  expect(again).toMatchObject(
    ['1', '2', '1'].map((id) => ({
      ok: true,
      events: [{ id: `/chat ${id}`, accountId: 'acme', properties: { channel: 'general' } }],
    })),
  );
});
