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
    // A process writes its totals again and again, so that a write repeated is no use counted twice.
    `CREATE TABLE IF NOT EXISTS write_key_counts (
  name String,
  day Date COMMENT 'UTC',
  writer String COMMENT 'the collecting process that counted',
  requests UInt64 COMMENT 'of this process on this day, as are the others',
  accepted UInt64,
  rejected UInt64,
  last_at DateTime64(3, 'UTC')
) ENGINE = ReplacingMergeTree(requests)
ORDER BY (name, day, writer)`,
  ],
};
