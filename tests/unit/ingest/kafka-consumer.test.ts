// What the consumer makes of the turns that kafkajs takes by itself: it joins its group anew within a fetch, while
// answers that were fetched before still wait to be handed over.
import { EventEmitter } from 'node:events';
import type { Consumer, EachBatchPayload, Kafka } from 'kafkajs';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { IngestLogger } from '../../../src/ingest/ingest-logger.ts';
import { KafkaLogConsumer } from '../../../src/ingest/kafka-consumer.ts';
import type { LogEnd } from '../../../src/ingest/read-log-ends.ts';
import type { BatchHandler } from '../../../src/model/event-log.ts';

const quiet = { info: () => {}, warn: () => {}, error: () => {} };
const PARTITION = 1;

interface Given {
  readonly handler?: BatchHandler;
  readonly committed?: () => number;
  readonly low?: number;
  readonly logger?: Pick<IngestLogger, 'info' | 'warn' | 'error'>;
  readonly readEnds?: () => Promise<readonly LogEnd[]>;
  readonly standstillMillis?: number;
}

/** A partition as kafkajs keeps it: where the next fetch begins, which `fetch` answers with so many messages. */
async function consuming({ handler, committed, low = 0, logger = quiet, ...given }: Given = {}) {
  const events = new EventEmitter();
  const seen = { handled: [] as number[], commits: [] as number[], position: low, committed: low };
  let eachBatch: (payload: EachBatchPayload) => Promise<void> = async () => {};
  const consumer = {
    events: { CRASH: 'crash', GROUP_JOIN: 'join', START_BATCH_PROCESS: 'start' },
    on: (name: string, listener: (event: unknown) => void) => events.on(name, listener),
    connect: async () => {},
    subscribe: async () => {},
    run: async (config: { eachBatch: typeof eachBatch }) => {
      eachBatch = config.eachBatch;
    },
    pause: () => {},
    disconnect: async () => {},
    seek: ({ offset }: { readonly offset: string }) => {
      seen.position = Number(offset);
    },
    commitOffsets: async (offsets: readonly { readonly offset: string }[]) => {
      for (const { offset } of offsets) {
        seen.commits.push(Number(offset));
        seen.committed = Number(offset);
      }
    },
  } as unknown as Consumer;
  const ends = async (): Promise<readonly LogEnd[]> => [
    { partition: PARTITION, end: 1000, next: Math.max(committed?.() ?? seen.committed, low) },
  ];
  const log = new KafkaLogConsumer({
    kafka: { consumer: () => consumer } as unknown as Kafka,
    topic: 't',
    group: 'g',
    logger,
    readEnds: ends,
    ...given,
    stopMillis: 100,
    handler: async (block, signal, waits) => {
      await handler?.(block, signal, waits);
      seen.handled.push(...block.flatMap(({ messages }) => messages.map(({ offset }) => offset)));
    },
  });
  await log.start();
  onTestFinished(() => log.stop().catch(() => {}));
  const join = (partitions: readonly number[] = [PARTITION]): void => {
    events.emit('join', { payload: { memberAssignment: { t: partitions } } });
    seen.position = committed?.() ?? seen.committed;
  };
  /** Answers wait: they are taken when the returned function is called. `marker`: one more offset behind them. */
  const fetch = (count: number, { gap = 0, marker = 0 } = {}) => {
    const asked = seen.position;
    const offsets = Array.from({ length: count }, (_, n) => String(asked + gap + n));
    const last = String(asked + gap + count - 1 + marker);
    const messages = offsets.map((offset) => ({
      offset,
      key: null,
      value: Buffer.from('x'),
      timestamp: '1',
    }));
    const batch = {
      partition: PARTITION,
      fetchedOffset: String(asked),
      highWatermark: '1000',
      messages,
      lastOffset: () => last,
    };
    const resolveOffset = (offset: string): void => {
      seen.position = Number(offset === offsets.at(-1) ? last : offset) + 1;
    };
    return () =>
      eachBatch({ batch, resolveOffset, heartbeat: async () => {} } as unknown as EachBatchPayload);
  };
  /** Of transactions that were broken off: kafkajs hands nothing over. */
  const fetchNothing = (first: number, last: number): void => {
    events.emit('start', {
      payload: { partition: PARTITION, batchSize: 0, firstOffset: String(first), lastOffset: String(last) },
    });
    seen.position = last + 1;
  };
  return { seen, log, join, fetch, fetchNothing };
}

const from = (first: number, next: number): readonly number[] =>
  Array.from({ length: next - first }, (_, n) => first + n);

test('an answer that was fetched before the group was joined anew is not committed past what the join dropped', async () => {
  const { seen, join, fetch } = await consuming();
  join();
  await fetch(10)();
  const stale = fetch(10);
  join();
  await stale();
  expect(seen.position).toBe(0);
  await fetch(10)();
  await fetch(10)();
  await vi.waitFor(() => expect(seen.committed).toBe(20));
  expect(seen.handled).toEqual(from(0, 20));
});

test('nor when a batch of transactions that were broken off lies between', async () => {
  const { seen, join, fetch, fetchNothing } = await consuming();
  join();
  await fetch(10)();
  join();
  fetchNothing(10, 19);
  await fetch(10)();
  expect(seen.position).toBe(0);
  await fetch(10)();
  fetchNothing(10, 19);
  await fetch(10)();
  await vi.waitFor(() => expect(seen.committed).toBe(30));
  expect(seen.handled).toEqual([...from(0, 10), ...from(20, 30)]);
});

test('messages in hand when the group changes are delivered again, and none is committed twice or never', async () => {
  let release: () => void = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const { seen, join, fetch } = await consuming({ handler: () => held });
  join();
  await fetch(10)();
  await new Promise((resolve) => setTimeout(resolve, 30));
  await fetch(5)();
  join();
  release();
  await vi.waitFor(() => expect(seen.handled).toEqual(from(0, 10)));
  expect(seen.commits).toEqual([]);
  await fetch(15)();
  await vi.waitFor(() => expect(seen.commits).toEqual([15]));
  expect(seen.handled).toEqual([...from(0, 10), ...from(0, 15)]);
});

test('gaps in the log are none: markers of transactions, compaction, messages that were deleted', async () => {
  const { seen, join, fetch, fetchNothing } = await consuming({ low: 50 });
  join();
  seen.position = 50;
  await fetch(10, { marker: 1 })();
  await fetch(10, { gap: 7 })();
  fetchNothing(78, 90);
  await fetch(10)();
  await vi.waitFor(() => expect(seen.committed).toBe(101));
  expect(seen.handled).toEqual([...from(50, 60), ...from(68, 78), ...from(91, 101)]);
});

test('what another process has committed meanwhile, or what is gone, is not asked for again', async () => {
  let other: number | undefined;
  const { seen, join, fetch } = await consuming({ committed: () => other ?? 0 });
  join();
  await fetch(10)();
  join([]);
  other = 500;
  join();
  await fetch(10)();
  expect(seen.position).toBe(510);
  await vi.waitFor(() => expect(seen.committed).toBe(510));
});

test('a topic that was made anew is read from its beginning', async () => {
  const { seen, join, fetch } = await consuming();
  join();
  await fetch(10)();
  await vi.waitFor(() => expect(seen.committed).toBe(10));
  seen.position = 0;
  await fetch(5)();
  await vi.waitFor(() => expect(seen.committed).toBe(5));
});

test('an answer for a partition that another has now is left alone', async () => {
  const { seen, join, fetch } = await consuming();
  join();
  const stale = fetch(10);
  join([0]);
  await stale();
  expect(seen.position).toBe(0);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(seen.handled).toEqual([]);
});

test('says how long the log waits for a fetch that brings nothing, and ends then', async () => {
  let end = 10;
  const readEnds = async () => [{ partition: PARTITION, end: end++, next: 0 }];
  const { log, join } = await consuming({ readEnds, standstillMillis: 200 });
  join();
  await vi.waitFor(() => expect(log.figures().oldestInFlightAt).toBeLessThan((Date.now() - 40) * 1000));
  await expect(log.stopped).rejects.toThrow('nothing of t was stored');
});

test('says that Kafka does not tell the ends; a right that is missing is no outage', async () => {
  const lines: unknown[] = [];
  const logger = { ...quiet, warn: (details: unknown) => void lines.push(details) };
  const forbidden = Object.assign(new Error('no'), { type: 'TOPIC_AUTHORIZATION_FAILED' });
  const { log, join, fetch } = await consuming({
    logger,
    standstillMillis: 100,
    readEnds: () => Promise.reject(forbidden),
    handler: () => new Promise<void>(() => {}),
  });
  join();
  await fetch(1)();
  await expect(log.stopped).rejects.toThrow('1 blocks are under way');
  expect(lines).toEqual([{ err: forbidden, topic: 't' }]);
});

test('waits as long as it takes for a Kafka that is away', async () => {
  const { log, join, fetch } = await consuming({
    standstillMillis: 60,
    readEnds: () => Promise.reject(new Error('connect ECONNREFUSED')),
    handler: () => new Promise<void>(() => {}),
  });
  let isStopped = false;
  log.stopped.catch(() => {
    isStopped = true;
  });
  join();
  await fetch(1)();
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(isStopped).toBe(false);
});
