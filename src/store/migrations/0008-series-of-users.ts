// What the whole rule language measures: percentiles and distinct texts of a day, the days of each user, and what
// statements of their own find before the one statement: values, and the accounts of a tick.
import type { Migration } from '../migration.ts';

const measured = `
  v_last_at DateTime64(3, 'UTC') COMMENT 'of v_last; 1970 without one'`;

/** An array, since an empty state takes a kilobyte of memory and an empty array eight bytes. */
const quantiles = `Array(AggregateFunction(quantilesDD(0.002, 0.5, 0.9, 0.95, 0.99), Nullable(Float64))) COMMENT 'within one percent; one, or none where no number is measured'`;
const texts = `Array(UInt64) COMMENT 'hashes of the different texts of a property, or of the events'' names'`;

export const seriesOfUsers: Migration = {
  number: 8,
  name: 'series of users',
  statements: [
    `ALTER TABLE series_days
  ADD COLUMN IF NOT EXISTS${measured} AFTER v_last,
  ADD COLUMN IF NOT EXISTS v_quantiles ${quantiles} AFTER v_last_at,
  ADD COLUMN IF NOT EXISTS v_texts ${texts} AFTER v_quantiles`,

    `CREATE TABLE IF NOT EXISTS series_user_days (
  account_id String,
  series_id UInt64,
  user_id String COMMENT 'empty: events without a user',
  day Date COMMENT 'the project''s local day',
  n UInt64 COMMENT 'events; 0 for a key that vanished',
  v_n UInt64 COMMENT 'events whose property is a number',
  v_sum Decimal(38, 10),
  v_min Nullable(Float64),
  v_max Nullable(Float64),
  v_last Nullable(Float64),${measured},
  v_quantiles ${quantiles},
  v_texts ${texts},
  first_at DateTime64(3, 'UTC'),
  last_at DateTime64(3, 'UTC'),
  version UInt64 COMMENT 'V of the tick, microseconds'
) ENGINE = ReplacingMergeTree(version)
PARTITION BY toYYYYMM(day)
ORDER BY (account_id, series_id, user_id, day)
SETTINGS index_granularity = 1024`,

    `CREATE TABLE IF NOT EXISTS prepared_values (
  tick UInt64,
  account_id String,
  last_day Int32 COMMENT 'days since 1970-01-01, of T',
  key UInt64 COMMENT 'names a metric at an anchor',
  value Nullable(Float64)
) ENGINE = MergeTree
PARTITION BY tick
ORDER BY (account_id, key)`,

    `CREATE TABLE IF NOT EXISTS ranked_values (
  tick UInt64,
  account_id String,
  last_day Int32,
  world String COMMENT 'only accounts of one are compared',
  key UInt64,
  peers String COMMENT 'the traits that peers share, as JSON',
  value Float64
) ENGINE = MergeTree
PARTITION BY tick
ORDER BY (key, last_day, peers)`,

    `CREATE TABLE IF NOT EXISTS changed_accounts (
  tick UInt64,
  account_id String
) ENGINE = MergeTree
ORDER BY (tick, account_id)`,
  ],
};
