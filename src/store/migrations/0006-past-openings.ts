// Which openings were written by `tidemark evaluate`, which closes days of the past and never delivers.
import type { Migration } from '../migration.ts';

export const pastOpenings: Migration = {
  number: 6,
  name: 'past-openings',
  statements: [
    "ALTER TABLE transitions ADD COLUMN IF NOT EXISTS past Bool COMMENT 'decided by tidemark evaluate: no news to anybody'",
  ],
};
