// What corrects earlier statements: users that are one person, and what was never so.
import type { Migration } from '../migration.ts';

/** The first received wins, ties broken by place: see 0001. */
const receipt = `
  received_at DateTime64(6, 'UTC'),
  known_at DateTime64(6, 'UTC'),
  topic LowCardinality(String),
  partition UInt32,
  offset UInt64,
  precedence UInt128 MATERIALIZED bitOr(
    bitShiftLeft(toUInt128(18446744073709551615 - toUInt64(toUnixTimestamp64Micro(received_at))), 64),
    toUInt128(sipHash64(topic, partition, offset)))`;

export const corrections: Migration = {
  number: 13,
  name: 'corrections',
  statements: [
    `CREATE TABLE IF NOT EXISTS user_aliases (
  user_id String COMMENT 'the id to go by',
  previous_id String,
  linked_at DateTime64(3, 'UTC'),
  message_id String,${receipt}
) ENGINE = ReplacingMergeTree(precedence)
ORDER BY (user_id, previous_id)`,
    `CREATE TABLE IF NOT EXISTS user_persons (
  user_id String,
  person_id String COMMENT 'the id that this one and all that are joined with it go by',
  version UInt64 COMMENT 'V of the tick that resolved it, microseconds'
) ENGINE = MergeTree
ORDER BY (user_id, version)`,
    `CREATE TABLE IF NOT EXISTS retractions (
  account_id String COMMENT 'empty: of events without an account',
  user_id String COMMENT 'empty: of every user of the account',
  event LowCardinality(String) COMMENT 'empty: every event, and what is stated of the account',
  event_id String COMMENT 'empty: every event whose time is not after until',
  day Date COMMENT 'UTC day of the event that event_id names',
  until DateTime64(3, 'UTC'),
  message_id String,
  reason String,${receipt}
) ENGINE = ReplacingMergeTree(precedence)
ORDER BY (account_id, user_id, event, event_id, day, until, message_id)`,
  ],
};
