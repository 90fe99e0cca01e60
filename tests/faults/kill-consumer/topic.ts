// The topic that the file is streamed through, and how far the group has come on it.
import kafkajs, { type CompressionTypes } from 'kafkajs';
import { PARTITIONS } from './place.ts';

export interface Topic {
  readonly name: string;
  /** In order, over the partitions in turn. */
  publish(values: readonly (string | Buffer | null)[], compression?: CompressionTypes): Promise<void>;
  /** Committed offset of each partition; 0 before the first commit. */
  committed(): Promise<readonly number[]>;
  /** Messages that are not committed yet. */
  lag(): Promise<number>;
  close(): Promise<void>;
}

export async function openTopic(brokers: readonly string[], prefix: string): Promise<Topic> {
  const kafka = new kafkajs.Kafka({ brokers: [...brokers], logLevel: kafkajs.logLevel.NOTHING });
  const [admin, producer] = [
    kafka.admin(),
    kafka.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner }),
  ];
  await Promise.all([admin.connect(), producer.connect()]);
  const [topic, groupId] = [`${prefix}events`, `${prefix}ingest`];
  await admin.createTopics({
    topics: [{ topic, numPartitions: PARTITIONS, replicationFactor: 1 }],
    waitForLeaders: true,
  });
  let published = 0;
  const committed = async (): Promise<readonly number[]> => {
    const [group] = await admin.fetchOffsets({ groupId, topics: [topic] });
    const offsets = new Map(group?.partitions.map(({ partition, offset }) => [partition, Number(offset)]));
    return Array.from({ length: PARTITIONS }, (_, partition) => Math.max(0, offsets.get(partition) ?? 0));
  };
  return {
    name: topic,
    committed,
    publish: async (values, compression = kafkajs.CompressionTypes.None) => {
      const messages = values.map((value, n) => ({ partition: (published + n) % PARTITIONS, value }));
      await producer.send({ topic, acks: -1, messages, compression });
      published += values.length;
    },
    lag: async () => {
      const [ends, offsets] = [await admin.fetchTopicOffsets(topic), await committed()];
      return ends.reduce((sum, { partition, high }) => sum + Number(high) - (offsets[partition] ?? 0), 0);
    },
    close: async () => {
      await Promise.all([admin.disconnect(), producer.disconnect()]);
    },
  };
}
