// Keys of senders, made and revoked by commands, and how much came with each.
import type { Migration } from '../migration.ts';

export const writeKeys: Migration = {
  number: 14,
  name: 'write-keys',
  statements: [
    `CREATE TABLE IF NOT EXISTS write_keys (
  key_hash String COMMENT 'SHA-256 of the key, hexadecimal; the key itself is kept nowhere',
  name String,
  action Enum8('created' = 1, 'revoked' = 2),
  at DateTime64(6, 'UTC')
) ENGINE = MergeTree
ORDER BY (name, at)`,
    `CREATE TABLE IF NOT EXISTS write_key_counts (
  name String,
  day Date COMMENT 'UTC',
  accepted UInt64,
  rejected UInt64,
  requests UInt64,
  last_at SimpleAggregateFunction(max, DateTime64(3, 'UTC'))
) ENGINE = SummingMergeTree((accepted, rejected, requests))
ORDER BY (name, day)`,
  ],
};
