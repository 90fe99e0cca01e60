// From Kafka into ClickHouse, events per second: Tidemark's ingest against ClickHouse's own Kafka table engine into the
// same table, and against a bare kafkajs consumer that discards.
//   npx tsx bench/ingest.ts [events] [rounds] [none|lz4]     BENCH_NODE_ARGS=--cpu-prof profiles the consumers
import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { loadavg } from 'node:os';
import kafkajs from 'kafkajs';
import { startKafka } from '../scripts/stack/start-kafka.ts';
import { registerKafkaCodecs } from '../src/ingest/kafka-codecs.ts';
import { topicNames } from '../src/ingest/kafka-log.ts';
import type { Store } from '../src/model/store.ts';
import { median } from './bench-project.ts';
import { fillTopic } from './ingest/fill-topic.ts';
import { createKafkaTable } from './ingest/kafka-table.ts';
import { startStore } from './ingest/start-store.ts';
import { measureSteadyRate } from './ingest/steady-rate.ts';

const EVENTS = Number(process.argv[2] ?? 1_000_000);
const ROUNDS = Number(process.argv[3] ?? 3);
const COMPRESSION = process.argv[4] === 'none' ? 'none' : 'lz4';
const PARTITIONS = 4;
const PREFIX = 'bench.';
const TOPIC = topicNames(PREFIX).events;

registerKafkaCodecs();
const kafka = await startKafka();
const brokers = [kafka.address];
try {
  await prepareTopic();
  const rates = { discard: [] as number[], tidemark: [] as number[], engine: [] as number[] };
  for (let round = 0; round < ROUNDS; round++) {
    rates.discard.push(await measureDiscard(`discard-${randomUUID()}`));
    rates.tidemark.push(await measureTidemark());
    rates.engine.push(await measureKafkaTable(`table-${randomUUID()}`));
    const [discard, tidemark, engine] = [rates.discard, rates.tidemark, rates.engine].map((all) =>
      all.at(-1),
    );
    console.log(
      `round ${round + 1}: discard ${text(discard)}, tidemark ${text(tidemark)}, ClickHouse ${text(engine)}; load ${loadavg()[0]?.toFixed(1)}`,
    );
  }
  report(median(rates.discard), median(rates.tidemark), median(rates.engine));
} finally {
  await kafka.stop();
}

function text(rate = Number.NaN): string {
  return `${(rate / 1000).toFixed(0)} k/s`;
}

function report(discard: number, tidemark: number, engine: number): void {
  console.log(`
events per second from Kafka, median of ${ROUNDS} rounds   rate       Tidemark's share
bare kafkajs consumer that discards                ${text(discard).padEnd(10)} ${(tidemark / discard).toFixed(2)}
ClickHouse's Kafka table engine, same table        ${text(engine).padEnd(10)} ${(tidemark / engine).toFixed(2)}
Tidemark: check, route, store, announce, commit    ${text(tidemark)}`);
}

async function prepareTopic(): Promise<void> {
  const admin = new kafkajs.Kafka({ brokers, logLevel: kafkajs.logLevel.NOTHING }).admin();
  await admin.connect();
  const topics = Object.values(topicNames(PREFIX));
  await admin.createTopics({
    waitForLeaders: true,
    topics: topics.map((topic) => ({ topic, numPartitions: PARTITIONS })),
  });
  await admin.disconnect();
  const startedAt = performance.now();
  const { bytesPerEvent } = await fillTopic({
    brokers,
    topic: TOPIC,
    partitions: PARTITIONS,
    events: EVENTS,
    compression: COMPRESSION,
  });
  const took = (performance.now() - startedAt) / 1000;
  console.log(
    `${EVENTS} events of ${bytesPerEvent.toFixed(0)} bytes, ${COMPRESSION}, in ${PARTITIONS} partitions, filled in ${took.toFixed(0)} s`,
  );
}

function measure(count: () => Promise<number>): Promise<number> {
  return measureSteadyRate({ expected: EVENTS, count, everyMillis: 50, withinMillis: 180_000 });
}

async function measureDiscard(group: string): Promise<number> {
  const child = start('bench/ingest/consume-and-discard.ts', [brokers.join(','), TOPIC, group]);
  let count = 0;
  child.on('message', (sent) => {
    count = Number(sent);
  });
  try {
    return await measure(async () => count);
  } finally {
    await end(child);
  }
}

async function measureTidemark(): Promise<number> {
  const started = await startStore();
  const { url, database } = started;
  const child = start('bench/ingest/consume-into-store.ts', [brokers.join(','), PREFIX, url, database]);
  try {
    return await measure(() => countRows(started.store));
  } finally {
    await end(child);
    await started.stop();
    await forgetOffsets();
  }
}

async function measureKafkaTable(group: string): Promise<number> {
  const { store, stop } = await startStore();
  try {
    await createKafkaTable(store, { brokers, topic: TOPIC, group });
    return await measure(() => countRows(store));
  } finally {
    await stop();
  }
}

async function countRows(store: Store): Promise<number> {
  const [row] = await store.query<{ n: string }>({
    sql: 'SELECT count() AS n FROM usage_events',
    params: {},
    columns: [],
  });
  return Number(row?.n);
}

function start(script: string, args: readonly string[]) {
  return fork(script, args, {
    execArgv: ['--import', 'tsx', ...(process.env.BENCH_NODE_ARGS?.split(' ') ?? [])],
  });
}

async function end(child: ReturnType<typeof fork>): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = new Promise((done) => child.once('exit', done));
  if (child.connected) child.disconnect();
  await ended;
}

/** So that the next round reads the topic from its beginning. */
async function forgetOffsets(): Promise<void> {
  const admin = new kafkajs.Kafka({ brokers, logLevel: kafkajs.logLevel.NOTHING }).admin();
  await admin.connect();
  await admin.deleteGroups([`${PREFIX}ingest`]);
  await admin.disconnect();
}
