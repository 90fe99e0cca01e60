// One consumer of Kafka as a process of its own, to be killed: the ingest loop of `tidemark up` with a short session,
// so that the group notices a death within seconds. Says each time that it has joined the group.
// node --import tsx ingest-process.ts URL DATABASE BROKERS [SESSION_MILLIS] [without-zstd]
import kafkajs from 'kafkajs';
import { startIngest } from '../../src/app/ingest.ts';
import { Meter } from '../../src/app/meter.ts';
import { systemClock } from '../../src/app/system-clock.ts';
import { createKafkaLog } from '../../src/ingest/kafka-log.ts';
import { openStore } from '../../src/store/clickhouse-store.ts';
import { PARTITIONS, SESSION_MILLIS } from './kill-consumer/place.ts';

const [url = '', database = '', brokers = '', session = SESSION_MILLIS, codecs] = process.argv.slice(2);
const logger = { info: console.error, warn: console.error, error: console.error };
const { CompressionCodecs, CompressionTypes } = kafkajs;
/** What kafkajs has where no codec was registered. */
const noCodec = CompressionCodecs[CompressionTypes.ZSTD];
const log = await createKafkaLog({
  brokers: brokers.split(','),
  prefix: `${database}.`,
  partitions: PARTITIONS,
  sessionMillis: Number(session),
  logger,
});
if (codecs === 'without-zstd') CompressionCodecs[CompressionTypes.ZSTD] = noCodec;
const store = openStore({ url, database });
const meter = new Meter(() => Date.now());
const consumer = await startIngest({ store, log, clock: systemClock, meter, logger });

let joined = 0;
setInterval(() => {
  for (; joined < consumer.figures().rebalances; joined++) console.error('joined the group');
}, 50).unref();
// A rejection is told by `stopped` as well.
process.once('SIGTERM', () => void consumer.stop().catch(() => undefined));
try {
  await consumer.stopped;
} catch (error) {
  console.error(error);
  process.exitCode = 1;
}
await Promise.all([log.close(), store.close()]);
