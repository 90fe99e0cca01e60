// One consumer of Kafka as a process of its own, to be killed: the ingest loop of `tidemark up` with a short session,
// so that the group notices a death within seconds. node --import tsx ingest-process.ts URL DATABASE BROKERS

import { startIngest } from '../../src/app/ingest.ts';
import { Meter } from '../../src/app/meter.ts';
import { systemClock } from '../../src/app/system-clock.ts';
import { createKafkaLog } from '../../src/ingest/kafka-log.ts';
import { openStore } from '../../src/store/clickhouse-store.ts';
import { PARTITIONS, SESSION_MILLIS } from './kill-consumer/place.ts';

const [url = '', database = '', brokers = ''] = process.argv.slice(2);
const logger = { info: console.error, warn: console.error, error: console.error };
const log = await createKafkaLog({
  brokers: brokers.split(','),
  prefix: `${database}.`,
  partitions: PARTITIONS,
  sessionMillis: SESSION_MILLIS,
  logger,
});
const consumer = await startIngest({
  store: openStore({ url, database }),
  log,
  clock: systemClock,
  meter: new Meter(() => Date.now()),
  logger,
});
await consumer.stopped;
