// Replaying is exact: what was broken, corrected by a file and replayed in parts and again, ends in the events of a run
// in which nothing was broken. Through the collector and the topic, as messages come.
import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Choice } from '../../src/app/dead-letters/choose-dead-letters.ts';
import { exportDeadLetters, findDeadLetters } from '../../src/app/dead-letters/find-dead-letters.ts';
import { type Fixes, readFixes } from '../../src/app/dead-letters/read-fixes.ts';
import { replayDeadLetters } from '../../src/app/dead-letters/replay-dead-letters.ts';
import { storeIntoTables, storeThroughLog } from '../../src/app/dead-letters/store-events.ts';
import { letterToJson } from '../../src/cli/format-dead-letters.ts';
import { buildCollector } from '../../src/ingest/collector/build-collector.ts';
import { configuredKeys } from '../../src/ingest/collector/write-keys.ts';
import { createDirectLog } from '../../src/ingest/direct-log.ts';
import { ingestBatch, ingestBlock } from '../../src/ingest/ingest-batch.ts';
import { writeRejected } from '../../src/ingest/write-rejected.ts';
import type { BatchId } from '../../src/model/ids.ts';
import type { Store } from '../../src/model/store.ts';
import type { EpochMicros } from '../../src/model/time.ts';
import { shareEngine } from './support/share-engine.ts';

const engine = shareEngine();

const START = Date.UTC(2026, 2, 1, 9) * 1000;
const SECOND = 1_000_000;
const COUNT = 200;
/** Every fifth is broken. */
const isBroken = (index: number): boolean => index % 5 === 2;

/** How a message travels, and how its broken self came to be. Some have neither id nor timestamp. */
interface Message {
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

const TOPIC = 'topic';

const PATHS: readonly ((index: number) => Message)[] = [
  (index) => ({ path: TOPIC, body: JSON.stringify({ ...track(index), id: `t${index}` }) }),
  (index) => ({ path: TOPIC, body: JSON.stringify(track(index)) }),
  (index) => ({
    path: TOPIC,
    headers: {
      ce_specversion: '1.0',
      ce_id: `ce${index}`,
      ce_source: 's',
      ce_type: 'exported',
      ce_subject: account(index),
    },
    body: JSON.stringify({ index }),
  }),
  (index) => ({
    path: '/v1/track',
    body: JSON.stringify({ userId: `u${index}`, event: 'opened', properties: { index } }),
  }),
  (index) => ({ path: '/v1/identify', body: JSON.stringify({ userId: `u${index}`, traits: { index } }) }),
  (index) => ({ path: '/v1/events', body: JSON.stringify(track(index)) }),
  (index) => ({
    path: '/v1/batch',
    body: JSON.stringify({ batch: [segment(index), segment(index + 1000)] }),
  }),
  (index) => ({
    path: '/batch',
    body: JSON.stringify({
      api_key: 'secret',
      batch: [
        { event: 'clicked', distinct_id: `u${index}`, properties: { $groups: { company: account(index) } } },
      ],
    }),
  }),
  (index) => ({
    path: '/events',
    headers: { 'content-type': 'application/cloudevents+json' },
    body: JSON.stringify({
      specversion: '1.0',
      id: `c${index}`,
      source: 's',
      type: 'exported',
      subject: account(index),
    }),
  }),
];

const account = (index: number): string => `account-${index % 7}`;
const track = (index: number): object => ({
  type: 'track',
  account_id: account(index),
  user_id: `u${index}`,
  event: 'sent',
  properties: { index },
});
const segment = (index: number): object => ({
  type: 'track',
  messageId: `m${index}`,
  userId: `u${index}`,
  event: 'read',
  context: { groupId: account(index) },
});

const BREAKS: readonly ((body: string) => Buffer)[] = [
  (body) => Buffer.from(body.slice(0, -2)),
  (body) => Buffer.from(`[${body}`),
  (body) => Buffer.concat([Buffer.from(body.slice(0, -1)), Buffer.from([0xff, 0xfe])]),
  (body) =>
    Buffer.from(
      body
        .replace('{', '{"timestamp":"the day before yesterday","time":"then",')
        .replace('"batch":[{', '"batch":[{"timestamp":12,'),
    ),
  (body) => Buffer.from(body.replace(/"(event|type|userId|specversion)":/g, '"was_$1":')),
];

const message = (index: number): Message => {
  const path = PATHS[index % PATHS.length];
  if (path === undefined) throw new Error('no path');
  return path(index);
};
/** What is said in headers is not broken by a field of the body: then the body itself is. */
function broken(index: number): Buffer {
  const { headers, body } = message(index);
  const kinds = headers?.ce_id === undefined ? BREAKS.length : 3;
  return (BREAKS[Math.floor(index / 5) % kinds] ?? Buffer.from)(body);
}

/** A whole line into a store, whose clock stands still while a message is taken. */
function line(store: Store) {
  let now = START;
  const clock = { now: () => now as EpochMicros };
  const newBatchId = () => randomUUID() as BatchId;
  const log = createDirectLog({ clock, lingerMillis: 0 });
  const dependencies = { store, log, clock, newBatchId };
  const collector = buildCollector({
    log,
    clock,
    keys: configuredKeys([{ name: 'web', key: 'secret' }]),
    logger: { info: () => {}, warn: () => {}, error: () => {} },
    onRejected: (items) => writeRejected({ store, log }, items),
  });
  const started = log.consume(async (block) => void (await ingestBlock(dependencies, block)));
  return {
    clock,
    log,
    async take(index: number, body: Buffer): Promise<void> {
      await started;
      now = START + index * SECOND;
      const { path, headers = {} } = message(index);
      if (path === TOPIC) {
        const logged = { offset: index, key: null, value: body, headers, appendedAt: now as EpochMicros };
        // Read long after it was written, as after an outage.
        now += 3600 * SECOND;
        await ingestBatch(dependencies, { topic: 'events', partition: 1, messages: [logged] });
      } else {
        const authorization = `Bearer secret`;
        await collector.inject({
          method: 'POST',
          url: path,
          payload: body,
          headers: { ...headers, authorization },
        });
      }
    },
    setLater: () => {
      now = START + 86_400 * SECOND;
    },
  };
}

const eventsOf = (store: Store) =>
  store.query({
    sql: 'SELECT account_id, user_id, event, timestamp, id, properties FROM events ORDER BY ALL',
    params: {},
    columns: [],
  });
const traitsOf = (store: Store) =>
  store.query({
    sql: 'SELECT user_id, trait, valid_from, message_id, value FROM user_traits FINAL ORDER BY ALL',
    params: {},
    columns: [],
  });

async function cleanRun(): Promise<Store> {
  const { store } = await engine.openProject();
  const { take } = line(store);
  for (let index = 0; index < COUNT; index++) await take(index, Buffer.from(message(index).body));
  return store;
}

async function brokenRun() {
  const { store } = await engine.openProject();
  const { take, setLater, clock, log } = line(store);
  for (let index = 0; index < COUNT; index++) {
    await take(index, isBroken(index) ? broken(index) : Buffer.from(message(index).body));
  }
  setLater();
  return { store, clock, log };
}

/** As a person corrects them: from the lines of `list --json`, the bodies replaced by what was meant. */
async function correctedFile(store: Store): Promise<readonly string[]> {
  const meant = new Map<string, string>();
  for (let index = 0; index < COUNT; index++) {
    if (isBroken(index)) meant.set(asKept(broken(index)), message(index).body);
  }
  const lines: string[] = [];
  for await (const letter of exportDeadLetters(store, {}, 0)) {
    const exported: object = JSON.parse(letterToJson(letter));
    const whole = meant.get(asKept(letter.body));
    const body = whole ?? meantItem(letter.body);
    lines.push(JSON.stringify({ ...exported, body: lines.length % 2 === 0 ? body : JSON.parse(body) }));
  }
  return lines;
}

/** Bytes as characters; the write key is not kept. */
const asKept = (body: Buffer): string => body.toString('latin1').replace('"secret"', '""');

/** A message of a batch that was readable: its own letter. */
const meantItem = (body: Buffer): string => {
  const {
    timestamp,
    was_event: event,
    was_type: type,
    was_userId: userId,
    ...rest
  } = JSON.parse(body.toString());
  return JSON.stringify({
    ...rest,
    ...(event && { event }),
    ...(type && { type }),
    ...(userId && { userId }),
  });
};

const fixesOf = (lines: readonly string[]): Fixes => {
  const read = readFixes(lines.join('\n'));
  if (!read.ok) throw new Error(read.problems.join('\n'));
  return read.fixes;
};

describe('dead letters of a line, corrected and replayed', () => {
  test('in parts and again, are the events of a run in which nothing was broken', async () => {
    const clean = await cleanRun();
    const { store, clock } = await brokenRun();
    const { counts } = await findDeadLetters(store, {}, 0);
    expect(counts.reduce((sum, { letters }) => sum + letters, 0)).toBeGreaterThanOrEqual(COUNT / 5);
    expect(counts.length).toBeGreaterThan(4);
    const lines = await correctedFile(store);
    const storeEvents = storeIntoTables({ store, clock });
    const replay = (choice: Choice, fixes: Fixes) =>
      replayDeadLetters({ store, clock, choice, fixes, storeEvents });
    const file = (some: readonly string[]) => {
      const fixes = fixesOf(some);
      return replay({ places: [...fixes.keys()] }, fixes);
    };
    // As they came they are still none, and nothing changes.
    const before = await eventsOf(store);
    const uncorrected = await replay({ filter: { open: true } }, new Map());
    expect(uncorrected).toMatchObject({
      ok: true,
      chosen: lines.length,
      replayed: 0,
      refused: { length: lines.length },
    });
    expect(await eventsOf(store)).toEqual(before);
    // In parts that overlap, whole, and whole again.
    expect(await file(lines.slice(0, 15))).toMatchObject({ ok: true, replayed: 15, refused: [] });
    expect(await file(lines.slice(10, 25))).toMatchObject({ ok: true, replayed: 15, refused: [] });
    expect(await file(lines)).toMatchObject({ ok: true, replayed: lines.length, refused: [] });
    expect(await file(lines)).toMatchObject({ ok: true, replayed: lines.length, refused: [] });
    expect(await eventsOf(store)).toEqual(await eventsOf(clean));
    expect(await traitsOf(store)).toEqual(await traitsOf(clean));
    // None is open any more, and none is gone.
    expect(await replay({ filter: { open: true } }, new Map())).toMatchObject({ chosen: 0 });
    const after = await findDeadLetters(store, {}, 0);
    expect(after.counts.every(({ letters, replayed }) => letters === replayed)).toBe(true);
    expect(after.counts.map(({ letters }) => letters)).toEqual(counts.map(({ letters }) => letters));
  });

  test('through a log of its own, are the same events', async () => {
    const clean = await cleanRun();
    const { store, clock, log } = await brokenRun();
    const fixes = fixesOf(await correctedFile(store));
    const choice = { places: [...fixes.keys()] };
    const replayed = await replayDeadLetters({
      store,
      clock,
      choice,
      fixes,
      storeEvents: storeThroughLog(log),
    });
    expect(replayed).toMatchObject({ ok: true, replayed: fixes.size, refused: [] });
    expect(await eventsOf(store)).toEqual(await eventsOf(clean));
  });
});
