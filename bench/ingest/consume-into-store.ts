// A process of its own: Tidemark's ingest, from Kafka into the engine. Ends with its parent.
import { randomUUID } from 'node:crypto';
import { ingestBlock } from '../../src/ingest/ingest-batch.ts';
import { createKafkaLog } from '../../src/ingest/kafka-log.ts';
import type { BatchId } from '../../src/model/ids.ts';
import type { EpochMicros } from '../../src/model/time.ts';
import { openStore } from '../../src/store/clickhouse-store.ts';

const [brokers = '', prefix = '', url = '', database = ''] = process.argv.slice(2);

const store = openStore({ url, database });
const logger = { info: console.error, warn: console.error, error: console.error };
const log = await createKafkaLog({ brokers: brokers.split(','), prefix, partitions: 1, logger });
const clock = { now: () => (Date.now() * 1000) as EpochMicros };
const newBatchId = () => randomUUID() as BatchId;
const consumer = await log.consume(async (block) => {
  await ingestBlock({ store, log, clock, newBatchId }, block);
});
process.on('disconnect', () => void consumer.stop().then(() => process.exit(0)));
await consumer.stopped;
