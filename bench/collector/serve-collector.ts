// A process of its own: the collector before a real Kafka, acknowledged by it. Ends with its parent.
import { buildCollector } from '../../src/ingest/collector/build-collector.ts';
import { configuredKeys } from '../../src/ingest/collector/write-keys.ts';
import { createKafkaLog } from '../../src/ingest/kafka-log.ts';
import type { EpochMicros } from '../../src/model/time.ts';

const [brokers = '', prefix = '', key = ''] = process.argv.slice(2);
const logger = { info: () => {}, warn: console.error, error: console.error };
const log = await createKafkaLog({ brokers: brokers.split(','), prefix, partitions: 4, logger });
const app = buildCollector({
  log,
  keys: configuredKeys([{ name: 'bench', key }]),
  clock: { now: () => (Date.now() * 1000) as EpochMicros },
  logger,
  onRejected: async (items) => console.error(`${items.length} rejected`),
});
process.once('disconnect', () => process.exit(0));
process.send?.(await app.listen({ host: '127.0.0.1', port: 0 }));
