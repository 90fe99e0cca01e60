// RudderStack's real client, unmodified, through the collector into the engine: everything that it can say is stored as
// what it means, and what it sends again after a failure counts once.
import Rudder from '@rudderstack/rudder-sdk-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Collecting, startCollecting, WRITE_KEY } from './support/collecting.ts';
import { startTestEngine, type TestEngine } from './support/engine.ts';

const AT = new Date('2026-03-01T09:30:00.120Z');
const later = (minutes: number): Date => new Date(AT.getTime() + minutes * 60_000);

let engine: TestEngine;
let collecting: Collecting;
let client: Rudder;

beforeAll(async () => {
  engine = await startTestEngine();
  collecting = await startCollecting(await engine.openDatabase());
  client = new Rudder(WRITE_KEY, {
    // One slash too many, as people write it: the client takes away one, and asks for //v1/batch.
    dataPlaneUrl: `${collecting.proxy.url}//`,
    flushAt: 1000,
    flushInterval: 60_000,
    logLevel: 'none',
  });
  // The client sends its first message on its own.
  client.track({ userId: 'warm-up', event: 'warmed_up', timestamp: AT });
  await client.flush();
});

afterAll(async () => {
  await collecting?.stop();
  await engine?.stop();
});

test('all that the client says is stored, and what it sends three times counts once', async () => {
  client.identify({ userId: 'ann', traits: { email: 'ann@acme.test', seats: 3 }, timestamp: AT });
  client.group({ userId: 'ann', groupId: 'acme', traits: { plan: 'pro' }, timestamp: AT });
  for (let minute = 1; minute <= 40; minute++) {
    client.track({
      userId: 'ann',
      event: 'message_sent',
      properties: { minute, text: 'ü😀' },
      timestamp: later(minute),
    });
  }
  client.track({ userId: 'bob', event: 'message_sent', context: { groupId: 'globex' }, timestamp: AT });
  client.page({
    userId: 'ann',
    name: 'Pricing',
    category: 'docs',
    properties: { path: '/' },
    timestamp: later(1),
  });
  client.screen({ userId: 'ann', name: 'Home', timestamp: later(2) });
  client.alias({ userId: 'ann', previousId: 'anonymous-7', timestamp: AT });
  collecting.proxy.failNext('after', 'before');
  await client.flush();
  expect(collecting.proxy.answered().slice(-3)).toEqual([503, 503, 200]);

  const { rows } = collecting;
  expect(
    await rows(
      `SELECT event, ifNull(account_id, ''), user_id, count(), uniqExact(id) FROM events
       WHERE user_id != 'warm-up' GROUP BY ALL ORDER BY ALL`,
    ),
  ).toEqual([
    ['message_sent', 'acme', 'ann', '40', '40'],
    ['message_sent', 'globex', 'bob', '1', '1'],
    ['page', 'acme', 'ann', '1', '1'],
    ['screen', 'acme', 'ann', '1', '1'],
  ]);
  expect(
    await rows(
      "SELECT DISTINCT JSONExtractString(properties, 'text') FROM events WHERE user_id = 'ann' AND event = 'message_sent'",
    ),
  ).toEqual([['ü😀']]);
  expect(await rows('SELECT user_id, account_id, toString(valid_from) FROM memberships FINAL')).toEqual([
    ['ann', 'acme', '2026-03-01 09:30:00.120'],
  ]);
  expect(await rows('SELECT user_id, trait, value FROM user_traits FINAL ORDER BY trait')).toEqual([
    ['ann', 'email', '"ann@acme.test"'],
    ['ann', 'seats', '3'],
  ]);
  expect(await rows('SELECT account_id, trait, value FROM account_traits FINAL')).toEqual([
    ['acme', 'plan', '"pro"'],
  ]);
  expect(await rows('SELECT user_id, previous_id FROM user_aliases FINAL')).toEqual([['ann', 'anonymous-7']]);
  expect(await rows('SELECT count() FROM dead_letters')).toEqual([['0']]);
});

test('the client is told nothing that it does not know', async () => {
  const { answered } = collecting;
  expect(new Set(answered.map(({ status, route, keyName }) => `${status} ${route} ${keyName}`))).toEqual(
    new Set(['200 /v1/batch client']),
  );
});
