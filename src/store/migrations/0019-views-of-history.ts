// What data teams asked the tables for: how scores went, and what was rejected and why. With these, every question
// of docs/clickhouse.md reads views alone.
import type { Migration } from '../migration.ts';

export const viewsOfHistory: Migration = {
  number: 19,
  name: 'views-of-history',
  statements: [
    `CREATE OR REPLACE VIEW score_history (
  account_id String COMMENT 'the account''s id',
  score LowCardinality(String) COMMENT 'the score''s name',
  value Nullable(Decimal(9, 2)) COMMENT '0 to 100; null when too little of it is known',
  band LowCardinality(String) COMMENT 'the band''s name, or empty',
  coverage Float64 COMMENT 'share of the weights that were known, 0 to 1',
  parts String COMMENT 'JSON array of part, points, weight, value; the points add up to the value',
  at DateTime64(3, 'UTC') COMMENT 'the instant that was evaluated, UTC; the value holds until the next one',
  day Date COMMENT 'the project''s local day of it'
) AS
SELECT account_id, score, value, band, coverage, parts, at, day FROM scores FINAL`,
    `CREATE OR REPLACE VIEW rejected_messages (
  received_at DateTime64(6, 'UTC') COMMENT 'when it was rejected, UTC',
  source LowCardinality(String) COMMENT 'collector, topic or import',
  reason LowCardinality(String) COMMENT 'why, one of those in docs/events.md',
  detail String COMMENT 'what was wrong with it, in words',
  topic LowCardinality(String) COMMENT 'its topic, or the name of its file',
  partition UInt32 COMMENT 'its partition; 0 where there is none',
  offset UInt64 COMMENT 'its offset or line'
) AS
SELECT received_at, source, reason, detail, topic, partition, offset FROM dead_letters FINAL`,
  ],
};
