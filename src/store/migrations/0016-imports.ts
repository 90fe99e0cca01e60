// How far each file was imported, so that an import that was broken off goes on where it stopped.
import type { Migration } from '../migration.ts';

export const imports: Migration = {
  number: 16,
  name: 'imports',
  statements: [
    `CREATE TABLE IF NOT EXISTS import_progress (
  source String COMMENT 'hash of the file and of how it was read',
  records UInt64 COMMENT 'lines, elements or rows that are stored, from the first on',
  done Bool COMMENT 'the file was read to its end',
  at DateTime64(6, 'UTC')
) ENGINE = ReplacingMergeTree(at)
ORDER BY (source, done)`,
  ],
};
