// What a tick or close found changed, resolved to accounts once, for all the series that it refreshes.
import type { Migration } from '../migration.ts';

export const changedDays: Migration = {
  number: 5,
  name: 'changed-days',
  statements: [
    `CREATE TABLE IF NOT EXISTS changed_days (
  tick UInt64,
  account_id String,
  event LowCardinality(String),
  day Date COMMENT 'the project''s local day',
  moved Bool COMMENT 'an event without an account of its own may have come or gone'
) ENGINE = MergeTree
ORDER BY (tick, account_id, event, day)`,
  ],
};
