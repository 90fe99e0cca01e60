// By what kind of evaluation, and in which zone's days, a transition was decided: ticks leave no other trace, and a
// project's zone may change.
import type { Migration } from '../migration.ts';

export const howItWasDecided: Migration = {
  number: 11,
  name: 'how it was decided',
  statements: [
    `ALTER TABLE transitions
  ADD COLUMN IF NOT EXISTS decided_by LowCardinality(String) COMMENT 'tick or close; empty for what older versions wrote',
  ADD COLUMN IF NOT EXISTS timezone LowCardinality(String) COMMENT 'whose days counted; empty for what older versions wrote'`,
  ],
};
