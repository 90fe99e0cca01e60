// ClickHouse's own way from Kafka into the same table: its Kafka table engine and a view that extracts the columns.
import type { Store } from '../../src/model/store.ts';

export interface KafkaTableOptions {
  readonly brokers: readonly string[];
  readonly topic: string;
  readonly group: string;
}

/**
 * As fast as it is known to be: two consumers, each a thread of its own, and the block size that was fastest of three.
 * It checks, routes and announces nothing.
 */
export async function createKafkaTable(store: Store, options: KafkaTableOptions): Promise<void> {
  const { brokers, topic, group } = options;
  await execute(
    store,
    `CREATE TABLE from_kafka (message String) ENGINE = Kafka
SETTINGS kafka_broker_list = '${brokers.join(',')}', kafka_topic_list = '${topic}', kafka_group_name = '${group}',
  kafka_format = 'RawBLOB', kafka_num_consumers = 2, kafka_thread_per_consumer = 1, kafka_max_block_size = 65536`,
  );
  await execute(
    store,
    `CREATE MATERIALIZED VIEW usage_events_from_kafka TO usage_events AS
SELECT JSONExtractString(message, 'account_id') AS account_id, JSONExtractString(message, 'event') AS event,
  parseDateTime64BestEffort(JSONExtractString(message, 'timestamp'), 3, 'UTC') AS timestamp,
  JSONExtractString(message, 'id') AS id, JSONExtractString(message, 'user_id') AS user_id,
  JSONExtractRaw(message, 'properties') AS properties, now64(6, 'UTC') AS received_at, now64(6, 'UTC') AS known_at,
  toUUID('00000000-0000-0000-0000-000000000001') AS batch_id, _topic AS topic, _partition AS partition, _offset AS offset
FROM from_kafka`,
  );
}

const execute = (store: Store, sql: string) => store.execute({ sql, params: {}, columns: [] });
