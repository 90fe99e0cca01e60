// A process of its own: a bare kafkajs consumer that discards. Sends its count to its parent, and ends with it.
import kafkajs from 'kafkajs';
import { registerKafkaCodecs } from '../../src/ingest/kafka-codecs.ts';

const [brokers = '', topic = '', groupId = ''] = process.argv.slice(2);

registerKafkaCodecs();
const kafka = new kafkajs.Kafka({ brokers: brokers.split(','), logLevel: kafkajs.logLevel.NOTHING });
const consumer = kafka.consumer({ groupId });
let count = 0;
process.on('disconnect', () => process.exit(0));
setInterval(() => process.send?.(count), 20);
await consumer.connect();
await consumer.subscribe({ topics: [topic], fromBeginning: true });
await consumer.run({
  eachBatch: async ({ batch }) => {
    count += batch.messages.length;
  },
});
