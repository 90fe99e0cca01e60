// Write keys on a real engine: made, used at a collector that runs, counted, revoked.
import { randomBytes } from 'node:crypto';
import Fastify from 'fastify';
import { expect, test } from 'vitest';
import { startCollect } from '../../src/app/collect.ts';
import { createLogger } from '../../src/app/create-logger.ts';
import { createWriteKey } from '../../src/app/keys/create-write-key.ts';
import { listWriteKeys } from '../../src/app/keys/list-write-keys.ts';
import { revokeWriteKey } from '../../src/app/keys/revoke-write-key.ts';
import { systemClock as clock } from '../../src/app/system-clock.ts';
import { createDirectLog } from '../../src/ingest/direct-log.ts';
import type { Store } from '../../src/model/store.ts';
import type { Day, EpochMillis } from '../../src/model/time.ts';
import { recordReplays } from '../../src/store/dead-letters/record-replays.ts';
import { recordKeyCounts } from '../../src/store/keys/record-key-counts.ts';
import { shareEngine } from './support/share-engine.ts';

const engine = shareEngine();
const configured = ['web'];
const WAIT = { timeout: 20_000, interval: 100 };

const make = async (store: Store, name: string): Promise<string> => {
  const created = await createWriteKey({ store, clock, randomBytes, configured }, name);
  if (!created.ok) throw new Error(created.message);
  return created.key;
};

test('a key is made once for a name, can be revoked, and its name used again', async () => {
  const { store, rows } = await engine.openProject();
  const options = { store, clock, configured };
  const key = await make(store, 'mobile');
  expect(key).toMatch(/^tmk_[0-9a-f]{40}$/);
  await expect(make(store, 'mobile')).rejects.toThrow('there is a write key "mobile" already');
  await expect(make(store, 'web')).rejects.toThrow('in tidemark.yaml already');
  await expect(make(store, 'No name')).rejects.toThrow('is no name');
  expect(await revokeWriteKey(options, 'mobile')).toEqual({ ok: true });
  expect(await revokeWriteKey(options, 'mobile')).toMatchObject({ ok: false });
  expect(await revokeWriteKey(options, 'web')).toMatchObject({
    message: expect.stringContaining('write_keys'),
  });
  expect(await revokeWriteKey(options, 'nobody')).toMatchObject({
    message: expect.stringContaining('there is no'),
  });
  expect(await make(store, 'mobile')).not.toBe(key);
  await make(store, 'gone');
  await revokeWriteKey(options, 'gone');
  const listed = await listWriteKeys(store, configured);
  expect(listed.map(({ name, from, revoked_at }) => [name, from, revoked_at === null])).toEqual([
    ['mobile', 'command', true],
    ['web', 'configuration', true],
    ['gone', 'command', false],
  ]);
  expect(JSON.stringify([listed, await rows('SELECT * FROM write_keys')])).not.toContain('tmk_');
});

test('a collector takes a new key and drops a revoked one within seconds, and counts what came', async () => {
  const { store } = await engine.openProject();
  const log = createDirectLog({ clock });
  await log.consume(async () => {});
  let written = '';
  const output = {
    write: (text: string) => {
      written += text;
    },
  };
  const server = Fastify();
  startCollect({
    server,
    store,
    log,
    clock,
    writeKeys: [{ name: 'web', key: 'a-configured-key' }],
    allowedOrigins: undefined,
    limits: {},
    logger: createLogger({ environment: {}, output, secrets: [] }),
  });
  await server.ready();
  const event = { type: 'track', user_id: 'ann', event: 'login' };
  const send = async (key: string, payload: object = [event, event, { type: 'track' }]) => {
    const headers = { authorization: `Bearer ${key}` };
    return (await server.inject({ method: 'POST', url: '/v1/events', headers, payload })).statusCode;
  };
  expect(await send('a-configured-key')).toBe(200);
  const key = await make(store, 'mobile');
  await expect.poll(() => send(key), WAIT).toBe(200);
  await revokeWriteKey({ store, clock, configured }, 'mobile');
  await expect.poll(() => send(key), WAIT).toBe(401);
  // Written when it stops, at the latest.
  await server.close();
  const counts = await listWriteKeys(store, configured);
  expect(counts.find(({ name }) => name === 'web')).toMatchObject({ requests: 1, accepted: 2, rejected: 1 });
  const mobile = counts.find(({ name }) => name === 'mobile');
  expect(mobile?.accepted).toBe(2 * (mobile?.requests ?? 0));
  expect(mobile?.last_used_at).not.toBeNull();
  expect(written).not.toContain(key);
  expect(written).not.toContain('a-configured-key');
});

test('totals that are written again are not counted again; those of other processes are', async () => {
  const { store } = await engine.openProject();
  const count = {
    name: 'web',
    day: '2026-03-01' as Day,
    accepted: 3,
    rejected: 1,
    lastAt: 1_772_366_400_000 as EpochMillis,
  };
  await recordKeyCounts(store, { writer: 'a', counts: [{ ...count, requests: 1 }] });
  await recordKeyCounts(store, { writer: 'a', counts: [{ ...count, requests: 2, accepted: 5 }] });
  await recordKeyCounts(store, { writer: 'a', counts: [{ ...count, requests: 2, accepted: 5 }] });
  await recordKeyCounts(store, { writer: 'b', counts: [{ ...count, requests: 4 }] });
  expect(await listWriteKeys(store, ['web'])).toMatchObject([
    { requests: 6, accepted: 8, rejected: 2, last_used_at: '2026-03-01 12:00:00' },
  ]);
});

test('the ids of replayed events are kept whatever is in them', async () => {
  const { store, rows } = await engine.openProject();
  const eventIds = ["it's", 'a\\b', 'tab\t', 'line\n', '"]', 'é'];
  await recordReplays(store, [{ place: 'topic/0/1/ff', eventIds }], clock.now());
  expect(await rows('SELECT place, event_ids FROM dead_letter_replays')).toEqual([
    { place: 'topic/0/1/ff', event_ids: eventIds },
  ]);
});
