// PostHog's real client, unmodified, through the collector into the engine: everything that it can say is stored as
// what it means, and what it sends again after a failure counts once.
import { gzipSync } from 'node:zlib';
import { PostHog } from 'posthog-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Collecting, startCollecting, WRITE_KEY } from './support/collecting.ts';
import { startTestEngine, type TestEngine } from './support/engine.ts';

const AT = new Date('2026-03-01T09:30:00.120Z');
const later = (minutes: number): Date => new Date(AT.getTime() + minutes * 60_000);
const groups = { company: 'acme' };

let engine: TestEngine;
let collecting: Collecting;
const clientErrors: unknown[] = [];

beforeAll(async () => {
  engine = await startTestEngine();
  collecting = await startCollecting(await engine.openDatabase());
});

afterAll(async () => {
  await collecting?.stop();
  await engine?.stop();
});

function startClient(options: ConstructorParameters<typeof PostHog>[1] = {}): PostHog {
  const client = new PostHog(WRITE_KEY, {
    host: collecting.proxy.url,
    flushAt: 1000,
    maxBatchSize: 1000,
    flushInterval: 60_000,
    fetchRetryDelay: 20,
    ...options,
  });
  client.on('error', (error: unknown) => clientErrors.push(error));
  return client;
}

const events = (users: string): Promise<readonly (readonly unknown[])[]> =>
  collecting.rows(
    `SELECT event, ifNull(account_id, ''), user_id, count(), uniqExact(id) FROM events
     WHERE user_id LIKE '${users}' GROUP BY ALL ORDER BY ALL`,
  );

test('all that the client says is stored, and what it sends three times counts once', async () => {
  const client = startClient();
  client.identify({
    distinctId: 'ann',
    properties: {
      $set: { email: 'ann@acme.test', seats: 3 },
      $set_once: { source: 'ad', email: 'first@acme.test' },
      $anon_distinct_id: 'anonymous-7',
    },
  });
  client.groupIdentify({
    groupType: 'company',
    groupKey: 'acme',
    properties: { plan: 'pro' },
    distinctId: 'ann',
  });
  client.groupIdentify({ groupType: 'company', groupKey: 'globex', properties: { plan: 'free' } });
  client.groupIdentify({ groupType: 'project', groupKey: 'p1', properties: { name: 'P' } });
  client.alias({ distinctId: 'ann', alias: 'ann-phone' });
  for (let minute = 1; minute <= 40; minute++) {
    const properties = { minute, text: 'ü😀' };
    client.capture({
      distinctId: 'ann',
      event: 'message_sent',
      groups,
      properties,
      timestamp: later(minute),
    });
  }
  client.capture({ distinctId: 'bob', event: 'message_sent', groups: { company: 'globex' }, timestamp: AT });
  client.capture({
    distinctId: 'ann',
    event: '$pageview',
    groups,
    properties: { $set: { role: 'admin' } },
    timestamp: AT,
  });
  client.capture({
    distinctId: 'ann',
    event: '$screen',
    properties: { $screen_name: 'Home' },
    timestamp: later(9e5),
  });
  collecting.proxy.failNext('after', 'before');
  await client.flush();
  await client.shutdown();
  expect(clientErrors).toEqual([]);
  expect(collecting.proxy.answered()).toEqual([503, 503, 200]);

  const { rows } = collecting;
  expect(await events('%')).toEqual([
    ['$groupidentify', '', '$project_p1', '1', '1'],
    ['message_sent', 'acme', 'ann', '40', '40'],
    ['message_sent', 'globex', 'bob', '1', '1'],
    ['page', 'acme', 'ann', '1', '1'],
    ['screen', 'acme', 'ann', '1', '1'],
  ]);
  expect(
    await rows(
      "SELECT DISTINCT JSONExtractString(properties, 'text') FROM events WHERE account_id = 'acme' AND event = 'message_sent'",
    ),
  ).toEqual([['ü😀']]);
  expect(await rows('SELECT user_id, account_id FROM memberships FINAL')).toEqual([['ann', 'acme']]);
  expect(
    await rows(
      `SELECT user_id, trait, argMax(value, (valid_from, message_id)), count() FROM user_traits FINAL
       GROUP BY ALL ORDER BY ALL`,
    ),
  ).toEqual([
    ['ann', 'email', '"ann@acme.test"', '2'],
    ['ann', 'role', '"admin"', '1'],
    ['ann', 'seats', '3', '1'],
    ['ann', 'source', '"ad"', '1'],
  ]);
  expect(await rows('SELECT account_id, trait, value FROM account_traits FINAL ORDER BY ALL')).toEqual([
    ['acme', 'plan', '"pro"'],
    ['globex', 'plan', '"free"'],
  ]);
  expect(await rows('SELECT user_id, previous_id FROM user_aliases FINAL ORDER BY ALL')).toEqual([
    ['ann', 'ann-phone'],
    ['ann', 'anonymous-7'],
  ]);
  expect(await rows('SELECT count() FROM dead_letters')).toEqual([['0']]);
  expect(
    new Set(collecting.answered.map(({ status, route, keyName }) => `${status} ${route} ${keyName}`)),
  ).toEqual(new Set(['200 /batch client']));
});

test('a batch that is too large is split by the client, and each event of it counts once', async () => {
  const client = startClient();
  const text = 'x'.repeat(10_000);
  for (let index = 0; index < 120; index++) {
    client.capture({
      distinctId: 'large',
      event: 'uploaded',
      groups,
      properties: { index, text },
      timestamp: AT,
    });
  }
  await client.flush();
  await client.shutdown();
  expect(clientErrors).toEqual([]);
  expect(collecting.proxy.answered()).toContain(413);
  expect(await events('large')).toEqual([['uploaded', 'acme', 'large', '120', '120']]);
});

test('an event that is none is a dead letter, and costs the others nothing', async () => {
  const client = startClient();
  client.capture({ distinctId: 'careless', event: 'uploaded', groups, timestamp: AT });
  client.capture({ distinctId: 'careless', event: 'uploaded', groups, timestamp: new Date('1969-01-01') });
  client.capture({ distinctId: 'careless', event: 'uploaded', properties: { text: 'x'.repeat(40_000) } });
  await client.flush();
  await client.shutdown();
  expect(clientErrors).toEqual([]);
  expect(await events('careless')).toEqual([['uploaded', 'acme', 'careless', '1', '1']]);
  // The batch that was too large is one, and so is its message, which the client sends again alone.
  const letters = await collecting.rows(
    `SELECT DISTINCT reason, position(body, '${WRITE_KEY}') FROM dead_letters FINAL ORDER BY reason`,
  );
  expect(letters).toEqual([
    ['timestamp_out_of_range', '0'],
    ['too_large', '0'],
  ]);
});

test.each([
  ['/capture/', (message: object) => JSON.stringify({ api_key: WRITE_KEY, ...message })],
  [
    '/e/?ip=1&_=1&ver=1.2',
    (message: object) => JSON.stringify([{ ...message, properties: { token: WRITE_KEY } }]),
  ],
  ['/i/v0/e/', (message: object) => JSON.stringify({ token: WRITE_KEY, ...message })],
  [
    '/e/?compression=gzip-js',
    (message: object) => gzipSync(JSON.stringify({ ...message, properties: { token: WRITE_KEY } })),
  ],
  ['/track', (message: object) => `data=${encodeURIComponent(toBase64({ ...message, api_key: WRITE_KEY }))}`],
  [
    '/capture',
    (message: object) => `data=${encodeURIComponent(JSON.stringify({ ...message, api_key: WRITE_KEY }))}`,
  ],
])('older clients post to %s', async (path, write) => {
  const user = `old ${path} ${write('' as never).length}`.replaceAll('_', '-');
  const message = { event: 'logged_in', distinct_id: user, uuid: '', timestamp: AT.toISOString() };
  for (const _ of ['once', 'again']) {
    const response = await fetch(`${collecting.address}${path}`, { method: 'POST', body: write(message) });
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ status: 1 });
  }
  expect(await events(user)).toEqual([['logged_in', '', user, '1', '1']]);
});

const toBase64 = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64');

test('an unknown key is told so, and so is a batch with several', async () => {
  const post = async (body: object): Promise<number> =>
    (await fetch(`${collecting.address}/batch/`, { method: 'POST', body: JSON.stringify(body) })).status;
  const message = { event: 'e', distinct_id: 'stranger' };
  expect(await post({ api_key: 'wrong', batch: [message] })).toBe(401);
  expect(await post({ batch: [message] })).toBe(401);
  expect(
    await post({
      batch: [
        { ...message, token: WRITE_KEY },
        { ...message, token: 'wrong' },
      ],
    }),
  ).toBe(401);
  expect(await events('stranger')).toEqual([]);
});
