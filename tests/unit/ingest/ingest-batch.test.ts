import { describe, expect, it } from 'vitest';
import { FROM_TOPIC, ingestBatch } from '../../../src/ingest/ingest-batch.ts';
import { type DeadLetterMessage, LogError, type LoggedMessage } from '../../../src/model/event-log.ts';
import { type InsertBlock, StoreError } from '../../../src/model/store.ts';
import type { EpochMicros } from '../../../src/model/time.ts';
import { BATCH_ID, RECEIVED_AT, recordingStore, rowsOf, wireTrack } from './build.ts';

const messages = (...values: (string | Uint8Array | null)[]): LoggedMessage[] =>
  values.map((value, index) => ({
    offset: 100 + index,
    key: null,
    value: typeof value === 'string' ? Buffer.from(value) : value,
  }));

function line(failing: ReadonlySet<string> = new Set()) {
  const store = recordingStore(failing);
  const copies: DeadLetterMessage[] = [];
  const dependencies = {
    store,
    log: {
      publishDeadLetters: async (letters: readonly DeadLetterMessage[]) => void copies.push(...letters),
    },
    clock: { now: () => RECEIVED_AT },
    newBatchId: () => BATCH_ID,
  };
  return { store, copies, dependencies };
}

const GOOD = JSON.stringify(wireTrack());

describe('ingestBatch', () => {
  it('stores every message, as an event or as a dead letter', async () => {
    const { store, copies, dependencies } = line();
    const bad = Buffer.from([0x7b, 0xff, 0x09, 0x0a]);
    const batch = { topic: 'events', partition: 3, messages: messages(GOOD, bad, null) };
    expect(await ingestBatch(dependencies, batch)).toEqual({ messages: 3, events: 1, rejected: 2 });
    expect(rowsOf(store.blocks, 'usage_events')).toMatchObject([{ id: 'e1', offset: '100' }]);
    expect(rowsOf(store.blocks, 'dead_letters')).toMatchObject([
      { source: 'topic', topic: 'events', partition: '3', offset: '101', reason: 'invalid_utf8' },
      { offset: '102', reason: 'empty_message', body: '' },
    ]);
    expect(copies).toMatchObject([
      { value: bad, headers: { offset: '101', reason: 'invalid_utf8' } },
      { headers: { offset: '102' } },
    ]);
  });

  it('keeps the body of a dead letter byte for byte', async () => {
    const { store, dependencies } = line();
    const everyByte = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    await ingestBatch(dependencies, { topic: 'é', partition: 0, messages: messages(everyByte) });
    const block = store.blocks.find(({ table }) => table === 'dead_letters');
    const row = Buffer.from(block?.body ?? [])
      .toString('latin1')
      .slice(0, -1);
    const body = row
      .split('\t')
      .at(-1)
      ?.replace(/\\([tnr\\])/g, (_, c: string) => ({ t: '\t', n: '\n', r: '\r' })[c] ?? '\\');
    expect(Buffer.from(body ?? '', 'latin1')).toEqual(Buffer.from(everyByte));
    expect(Buffer.from(row.split('\t')[2] ?? '', 'latin1').toString()).toBe('é');
  });

  it('announces only once the rows are stored', async () => {
    const { store, dependencies } = line();
    await ingestBatch(dependencies, { topic: 'events', partition: 0, messages: messages(GOOD) });
    expect(store.blocks.map(({ table }) => table)).toEqual(['usage_events', 'changed_account_days']);
  });

  it('announces nothing and rejects when rows could not be stored, for the batch to come again', async () => {
    const { store, dependencies } = line(new Set(['usage_events']));
    const ingesting = ingestBatch(dependencies, {
      topic: 'events',
      partition: 0,
      messages: messages(GOOD, '{'),
    });
    await expect(ingesting).rejects.toThrow('no insert into usage_events');
    expect(store.blocks.map(({ table }) => table)).toEqual(['dead_letters']);
  });

  it('gives a message without a time that of the log, so that a redelivery is the same event', async () => {
    const { store, dependencies } = line();
    const [message] = messages(JSON.stringify(wireTrack({ timestamp: undefined })));
    const appendedAt = (RECEIVED_AT - 86_400_000_000) as EpochMicros;
    if (message !== undefined) {
      await ingestBatch(dependencies, {
        topic: 'events',
        partition: 0,
        messages: [{ ...message, appendedAt }],
      });
    }
    expect(rowsOf(store.blocks, 'usage_events')).toMatchObject([{ timestamp: '2026-02-28 12:00:00.000' }]);
  });

  it('waits for a store that is away for a moment, and writes the same rows then', async () => {
    const { store, dependencies } = line();
    let refusals = 2;
    const flaky = {
      ...store,
      insert: async (block: InsertBlock) => {
        if (refusals-- > 0) throw new StoreError('no connection', { code: undefined, retryable: true });
        await store.insert(block);
      },
    };
    const batch = { topic: 'events', partition: 0, messages: messages(GOOD) };
    await ingestBatch({ ...dependencies, store: flaky }, batch);
    expect(store.blocks.map(({ table }) => table)).toEqual(['usage_events', 'changed_account_days']);
    refusals = 1;
    const givenUp = ingestBatch({ ...dependencies, store: flaky }, batch, {
      ...FROM_TOPIC,
      signal: AbortSignal.abort(),
    });
    await expect(givenUp).rejects.toThrow('no connection');
  });

  it('waits as long as it takes, says so now and then, and gives up the moment it is told to', async () => {
    const { dependencies } = line();
    const lines: string[] = [];
    const say = (_: object, text: string): void => void lines.push(text);
    const away = {
      ...dependencies.store,
      insert: () => Promise.reject(new StoreError('no connection', { code: undefined, retryable: true })),
    };
    const stopping = new AbortController();
    const options = { ...FROM_TOPIC, signal: stopping.signal };
    const parts = { ...dependencies, store: away, logger: { info: say, warn: say, error: say } };
    const ingesting = ingestBatch(
      parts,
      { topic: 'events', partition: 0, messages: messages(GOOD) },
      options,
    );
    ingesting.catch(() => {});
    await expect
      .poll(() => lines, { timeout: 4000 })
      .toEqual(['ingest waits: its events cannot be stored now']);
    const abortedAt = performance.now();
    stopping.abort();
    await expect(ingesting).rejects.toThrow('no connection');
    expect(performance.now() - abortedAt).toBeLessThan(500);
  });

  it('publishes the copies of dead letters again once Kafka is back, and stores nothing twice for it', async () => {
    const { store, copies, dependencies } = line();
    let refusals = 2;
    const log = {
      publishDeadLetters: async (letters: readonly DeadLetterMessage[]) => {
        if (refusals-- > 0) throw new LogError('no broker', { retryable: true });
        copies.push(...letters);
      },
    };
    const batch = { topic: 'events', partition: 0, messages: messages('{') };
    await ingestBatch({ ...dependencies, log }, batch);
    expect(copies).toHaveLength(1);
    expect(store.blocks).toHaveLength(1);
  });

  it('writes nothing for an empty batch', async () => {
    const { store, dependencies } = line();
    await ingestBatch(dependencies, { topic: 'events', partition: 0, messages: [] });
    expect(store.blocks).toEqual([]);
  });
});
