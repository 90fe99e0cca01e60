// Who the champion of an account is, from the close of which day on.
import type { Migration } from '../migration.ts';

export const champions: Migration = {
  number: 9,
  name: 'champions',
  statements: [
    `CREATE TABLE IF NOT EXISTS champions (
  account_id String,
  last_day Int32 COMMENT 'days since 1970-01-01, of the close at which something changed',
  tick UInt64 COMMENT 'V of that close, microseconds',
  user_id String COMMENT 'the champion; empty: nobody',
  since Int32 COMMENT 'day of the close that made them champion',
  changed Bool COMMENT 'they took over from another at this close',
  previous String COMMENT 'from whom; empty when nothing changed',
  challenger String COMMENT 'who was ahead by enough at this close, and takes over if so at the next; or empty'
) ENGINE = ReplacingMergeTree
ORDER BY (account_id, last_day, tick)
SETTINGS index_granularity = 1024`,
  ],
};
