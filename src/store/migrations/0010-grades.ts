// The history of grades, and the view of it for data teams.
import type { Migration } from '../migration.ts';

export const grades: Migration = {
  number: 10,
  name: 'grades',
  statements: [
    `CREATE TABLE IF NOT EXISTS grades (
  account_id String,
  grade LowCardinality(String),
  tick UInt64,
  at DateTime64(3, 'UTC'),
  day Date,
  value LowCardinality(String) COMMENT 'such as A1; empty when a score is missing'
) ENGINE = ReplacingMergeTree
ORDER BY (account_id, grade, tick)`,

    `CREATE VIEW IF NOT EXISTS account_grades (
  account_id String,
  grade LowCardinality(String) COMMENT 'the grade''s name',
  value LowCardinality(String) COMMENT 'letter of the first score''s band and number of the second''s, best A1; empty when a score is missing',
  at DateTime64(3, 'UTC') COMMENT 'the instant since which it is so, UTC',
  day Date COMMENT 'the project''s local day of it'
) AS
SELECT account_id, grade, last.1 AS value, last.2 AS at, last.3 AS day
FROM (
  SELECT account_id, grade, argMax((value, at, day), tick) AS last
  FROM grades GROUP BY account_id, grade
)`,
  ],
};
