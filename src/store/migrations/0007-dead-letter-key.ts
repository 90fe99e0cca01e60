// Dead letters are told apart by their content too: a Kafka that was set up anew counts its offsets from 0 again, and
// what it held was taken for what had stood at the same place before.
import type { Migration } from '../migration.ts';

export const deadLetterKey: Migration = {
  number: 7,
  name: 'dead-letter-key',
  statements: [
    // ClickHouse takes a new column into the order only together with it, and only while it has no expression.
    `ALTER TABLE dead_letters
  ADD COLUMN IF NOT EXISTS body_hash UInt64 AFTER body,
  MODIFY ORDER BY (topic, partition, offset, body_hash)`,
    'ALTER TABLE dead_letters MODIFY COLUMN body_hash UInt64 MATERIALIZED cityHash64(body)',
  ],
};
