// The first schema. A migration that has landed is never edited: its text is checksummed, a change is a new file.
import type { Migration } from '../migration.ts';

/**
 * The first received wins: ReplacingMergeTree keeps the largest version, so receipt is turned round, and rows
 * received in the same microsecond are told apart by their place, so that the winner never changes.
 */
const firstReceivedWins = `precedence UInt128 MATERIALIZED bitOr(
    bitShiftLeft(toUInt128(18446744073709551615 - toUInt64(toUnixTimestamp64Micro(received_at))), 64),
    toUInt128(sipHash64(topic, partition, offset)))`;

const rawEventColumns = `
  event LowCardinality(String),
  timestamp DateTime64(3, 'UTC'),
  id String,
  user_id String,
  properties String COMMENT 'JSON object' CODEC(ZSTD(1)),
  received_at DateTime64(6, 'UTC') CODEC(Delta, ZSTD(1)),
  known_at DateTime64(6, 'UTC') CODEC(Delta, ZSTD(1)),
  batch_id UUID,
  topic LowCardinality(String),
  partition UInt32,
  offset UInt64 CODEC(Delta, ZSTD(1)),
  ${firstReceivedWins}`;

const traitColumns = `
  trait LowCardinality(String),
  valid_from DateTime64(3, 'UTC'),
  message_id String,
  value String COMMENT 'JSON; null takes the trait away',
  received_at DateTime64(6, 'UTC'),
  known_at DateTime64(6, 'UTC'),
  topic LowCardinality(String),
  partition UInt32,
  offset UInt64,
  ${firstReceivedWins}`;

const seriesDayColumns = `
  day Date COMMENT 'the project''s local day',
  n UInt64 COMMENT 'events; 0 for a key that vanished',
  v_n UInt64 COMMENT 'events whose property is a number',
  v_sum Decimal(38, 10),
  v_min Nullable(Float64),
  v_max Nullable(Float64),
  v_last Nullable(Float64),
  members Array(UInt64) COMMENT 'hashes of the users, sorted',
  first_at DateTime64(3, 'UTC'),
  last_at DateTime64(3, 'UTC'),
  version UInt64 COMMENT 'V of the tick, microseconds'`;

export const initial: Migration = {
  number: 1,
  name: 'initial',
  statements: [
    `CREATE TABLE usage_events (
  account_id String,${rawEventColumns}
) ENGINE = ReplacingMergeTree(precedence)
PARTITION BY toYYYYMM(timestamp)
ORDER BY (account_id, event, toDate(timestamp), id)
SETTINGS index_granularity = 1024`,

    `CREATE TABLE unattributed_events (${rawEventColumns}
) ENGINE = ReplacingMergeTree(precedence)
PARTITION BY toYYYYMM(timestamp)
ORDER BY (user_id, event, toDate(timestamp), id)
SETTINGS index_granularity = 1024`,

    `CREATE TABLE account_traits (
  account_id String,${traitColumns}
) ENGINE = ReplacingMergeTree(precedence)
ORDER BY (account_id, trait, valid_from, message_id)`,

    `CREATE TABLE user_traits (
  user_id String,${traitColumns}
) ENGINE = ReplacingMergeTree(precedence)
ORDER BY (user_id, trait, valid_from, message_id)`,

    `CREATE TABLE memberships (
  user_id String,
  valid_from DateTime64(3, 'UTC'),
  account_id String,
  received_at DateTime64(6, 'UTC'),
  known_at DateTime64(6, 'UTC'),
  precedence UInt64 MATERIALIZED 18446744073709551615 - toUInt64(toUnixTimestamp64Micro(received_at))
) ENGINE = ReplacingMergeTree(precedence)
ORDER BY (user_id, valid_from, account_id)`,

    `CREATE TABLE accounts (
  account_id String,
  first_seen SimpleAggregateFunction(min, DateTime64(3, 'UTC')) COMMENT 'time of its first event or group call',
  last_seen SimpleAggregateFunction(max, DateTime64(3, 'UTC')),
  first_known SimpleAggregateFunction(min, DateTime64(6, 'UTC')) COMMENT 'when Tidemark first knew it; for imported history the event''s own time'
) ENGINE = AggregatingMergeTree
ORDER BY account_id`,
    `CREATE MATERIALIZED VIEW accounts_from_events TO accounts AS
SELECT account_id, min(timestamp) AS first_seen, max(timestamp) AS last_seen, min(known_at) AS first_known
FROM usage_events GROUP BY account_id`,
    `CREATE MATERIALIZED VIEW accounts_from_memberships TO accounts AS
SELECT account_id, min(valid_from) AS first_seen, max(valid_from) AS last_seen, min(known_at) AS first_known
FROM memberships GROUP BY account_id`,
    `CREATE MATERIALIZED VIEW accounts_from_traits TO accounts AS
SELECT account_id, min(valid_from) AS first_seen, max(valid_from) AS last_seen, min(known_at) AS first_known
FROM account_traits GROUP BY account_id`,

    `CREATE TABLE changed_account_days (
  batch_id UUID,
  received_at DateTime64(6, 'UTC'),
  account_id String COMMENT 'empty: the accounts of user_id',
  user_id String COMMENT 'only where account_id is empty',
  event LowCardinality(String) COMMENT '* for every event',
  day Date COMMENT 'UTC day; 1970-01-01 for every day'
) ENGINE = MergeTree
ORDER BY (batch_id, account_id, event, day)`,
    `CREATE TABLE announced_batches (
  batch_id UUID,
  received_at DateTime64(6, 'UTC')
) ENGINE = ReplacingMergeTree
ORDER BY (received_at, batch_id)`,
    `CREATE MATERIALIZED VIEW announced_batches_from_changes TO announced_batches AS
SELECT batch_id, received_at FROM changed_account_days GROUP BY batch_id, received_at`,
    `CREATE TABLE taken_batches (
  tick UInt64 COMMENT 'applied once this tick has a finished evaluation that says so',
  batch_id UUID,
  received_at DateTime64(6, 'UTC')
) ENGINE = ReplacingMergeTree
ORDER BY (tick, batch_id)`,

    `CREATE TABLE account_members (
  account_id String,
  user_id String,
  first_joined SimpleAggregateFunction(min, DateTime64(3, 'UTC'))
) ENGINE = AggregatingMergeTree
ORDER BY (account_id, user_id)`,
    `CREATE MATERIALIZED VIEW account_members_from_memberships TO account_members AS
SELECT account_id, user_id, min(valid_from) AS first_joined FROM memberships GROUP BY account_id, user_id`,

    `CREATE TABLE series (
  series_id UInt64,
  definition String COMMENT 'canonical JSON: events, filter, property',
  timezone String,
  semantics UInt16,
  state Enum8('backfilling' = 1, 'ready' = 2),
  whole_to UInt64 COMMENT 'V up to which every raw row is in it, microseconds',
  updated_at DateTime64(6, 'UTC')
) ENGINE = ReplacingMergeTree(updated_at)
ORDER BY series_id`,
    `CREATE TABLE series_days (
  account_id String,
  series_id UInt64,${seriesDayColumns}
) ENGINE = ReplacingMergeTree(version)
PARTITION BY toYYYYMM(day)
ORDER BY (account_id, series_id, day)
SETTINGS index_granularity = 1024`,

    `CREATE TABLE evaluations (
  tick UInt64 COMMENT 'V, microseconds',
  phase Enum8('started' = 1, 'finished' = 2),
  kind Enum8('tick' = 1, 'close' = 2),
  applied Bool COMMENT 'its batches need no further tick (tick: for rising rules; close: for all)',
  at DateTime64(3, 'UTC') COMMENT 'T',
  day Date,
  ruleset_hash String,
  rules Array(String) COMMENT 'names evaluated',
  batches UInt64,
  accounts UInt64,
  rows_read UInt64,
  milliseconds UInt64,
  written_at DateTime64(6, 'UTC')
) ENGINE = MergeTree
ORDER BY (tick, phase)`,

    `CREATE TABLE results (
  account_id String,
  tick UInt64,
  at DateTime64(3, 'UTC'),
  first_known DateTime64(6, 'UTC'),
  metrics Array(Nullable(Float64)),
  texts Array(Nullable(String)),
  outcomes Array(Enum8('false' = -1, 'unknown' = 0, 'true' = 1)),
  scores Array(Nullable(Int64)) COMMENT 'hundredths, in the layout of the ruleset'
) ENGINE = MergeTree
PARTITION BY tick
ORDER BY account_id`,

    `CREATE TABLE scores (
  account_id String,
  score LowCardinality(String),
  tick UInt64,
  at DateTime64(3, 'UTC'),
  day Date,
  value Nullable(Decimal(9, 2)),
  band LowCardinality(String),
  coverage Float64,
  parts String COMMENT 'JSON array of part, points, weight, value'
) ENGINE = ReplacingMergeTree
ORDER BY (account_id, score, tick)`,

    `CREATE TABLE transitions (
  account_id String,
  rule LowCardinality(String),
  step UInt32,
  openings UInt32,
  episode String,
  from LowCardinality(String),
  to LowCardinality(String),
  at DateTime64(3, 'UTC'),
  day Date,
  since Date,
  missing_since Nullable(Date),
  evaluated_at DateTime64(6, 'UTC'),
  tick UInt64,
  reason LowCardinality(String),
  severity LowCardinality(String),
  kind LowCardinality(String),
  sentence String,
  evidence String COMMENT 'JSON' CODEC(ZSTD(1)),
  held Bool,
  silent Bool,
  rule_hash String,
  ruleset_hash String,
  writer UInt64 COMMENT 'tells two evaluators of the same instant apart',
  precedence UInt128 MATERIALIZED bitOr(
    bitShiftLeft(toUInt128(18446744073709551615 - toUInt64(toUnixTimestamp64Micro(evaluated_at))), 64), toUInt128(writer)),
  INDEX by_day day TYPE minmax,
  INDEX by_tick tick TYPE minmax
) ENGINE = ReplacingMergeTree(precedence)
ORDER BY (account_id, rule, step)`,

    `CREATE TABLE deliveries (
  episode String,
  sink LowCardinality(String),
  seq UInt32,
  phase Enum8('intent' = 1, 'receipt' = 2),
  action LowCardinality(String),
  account_id String,
  rule LowCardinality(String),
  step UInt32,
  fields String COMMENT 'JSON: state, severity, owner as sent',
  outcome LowCardinality(String),
  reason String,
  remote_id String,
  remote_text String,
  at DateTime64(6, 'UTC')
) ENGINE = MergeTree
ORDER BY (episode, sink, seq, phase)`,

    `CREATE TABLE rulesets (
  ruleset_hash String,
  applied_at DateTime64(6, 'UTC'),
  files String COMMENT 'JSON: file name to text',
  rules Array(String)
) ENGINE = MergeTree
ORDER BY applied_at`,

    `CREATE TABLE releases (
  kind Enum8('rule' = 1, 'close' = 2),
  subject String COMMENT 'rule name, or local day',
  released_at DateTime64(6, 'UTC')
) ENGINE = MergeTree
ORDER BY (kind, subject, released_at)`,

    `CREATE TABLE dead_letters (
  received_at DateTime64(6, 'UTC'),
  source LowCardinality(String) COMMENT 'collector, topic or import',
  topic LowCardinality(String),
  partition UInt32,
  offset UInt64,
  reason LowCardinality(String),
  detail String,
  body String COMMENT 'the bytes as they came',
  precedence UInt64 MATERIALIZED 18446744073709551615 - toUInt64(toUnixTimestamp64Micro(received_at))
) ENGINE = ReplacingMergeTree(precedence)
ORDER BY (topic, partition, offset)`,
  ],
};
