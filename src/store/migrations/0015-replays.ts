// Which dead letters were replayed, and what became of them.
import type { Migration } from '../migration.ts';

export const replays: Migration = {
  number: 15,
  name: 'replays',
  statements: [
    `CREATE TABLE IF NOT EXISTS dead_letter_replays (
  topic LowCardinality(String),
  partition UInt32,
  offset UInt64,
  body_hash UInt64,
  replayed_at DateTime64(6, 'UTC'),
  event_id String COMMENT 'of the event that it became'
) ENGINE = MergeTree
ORDER BY (topic, partition, offset, body_hash, replayed_at)`,
  ],
};
