// A consumer of Kafka as a process of its own, whose handler takes a while for each block. Sends its figures and its
// memory to its parent, and ends as `tidemark up` does: with 1 on a fault.
// node --import tsx consume-in-process.ts BROKERS PREFIX STANDSTILL_MILLIS HANDLER_MILLIS
import { createKafkaLog } from '../../../src/ingest/kafka-log.ts';

const [brokers = '', prefix = '', standstill, handler] = process.argv.slice(2);
const say = (details: object, text: string): void => console.error(text, details);
const log = await createKafkaLog({
  brokers: brokers.split(','),
  prefix,
  partitions: 2,
  standstillMillis: Number(standstill),
  stopMillis: 1_000,
  logger: { info: say, warn: () => {}, error: say },
});
const consumer = await log.consume(() => new Promise((resolve) => setTimeout(resolve, Number(handler))));
setInterval(() => process.send?.({ ...consumer.figures(), rss: process.memoryUsage.rss() }), 100).unref();
await consumer.stopped;
