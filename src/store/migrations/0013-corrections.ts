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
  message_id String,${receipt},
  INDEX received received_at TYPE minmax
) ENGINE = ReplacingMergeTree(precedence)
ORDER BY (user_id, previous_id)`,
    // The same by the other id, so that a component is found from each of its ids.
    `CREATE TABLE IF NOT EXISTS previous_aliases (
  previous_id String,
  user_id String,
  received_at SimpleAggregateFunction(min, DateTime64(6, 'UTC'))
) ENGINE = AggregatingMergeTree
ORDER BY (previous_id, user_id)`,
    `CREATE MATERIALIZED VIEW IF NOT EXISTS previous_aliases_from_aliases TO previous_aliases AS
SELECT previous_id, user_id, min(received_at) AS received_at FROM user_aliases GROUP BY previous_id, user_id`,
    `CREATE TABLE IF NOT EXISTS user_persons (
  user_id String,
  person_id String COMMENT 'the id that this one and all that are joined with it go by',
  version UInt64 COMMENT 'V of the tick that resolved it, microseconds',
  INDEX by_version version TYPE minmax
) ENGINE = MergeTree
ORDER BY (user_id, version)
SETTINGS index_granularity = 256`,
    `CREATE TABLE IF NOT EXISTS person_users (
  person_id String,
  user_id String COMMENT 'goes, or once went, by the person'
) ENGINE = ReplacingMergeTree
ORDER BY (person_id, user_id)
SETTINGS index_granularity = 256`,
    `CREATE MATERIALIZED VIEW IF NOT EXISTS person_users_from_persons TO person_users AS
SELECT person_id, user_id FROM user_persons GROUP BY person_id, user_id`,
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
    // Direct events of a user who is joined with another: without it every tick with an alias would read them all.
    'ALTER TABLE usage_events ADD INDEX IF NOT EXISTS by_user user_id TYPE bloom_filter(0.01) GRANULARITY 4',
  ],
};
