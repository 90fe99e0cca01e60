// Every migration, in order. A new one is added at the end and never changed once it has landed.
import type { Migration } from './migration.ts';
import { initial } from './migrations/0001-initial.ts';
import { views } from './migrations/0002-views.ts';
import { sinks } from './migrations/0003-sinks.ts';
import { received } from './migrations/0004-received.ts';
import { changedDays } from './migrations/0005-changed-days.ts';
import { pastOpenings } from './migrations/0006-past-openings.ts';
import { deadLetterKey } from './migrations/0007-dead-letter-key.ts';
import { seriesOfUsers } from './migrations/0008-series-of-users.ts';
import { champions } from './migrations/0009-champions.ts';
import { grades } from './migrations/0010-grades.ts';
import { howItWasDecided } from './migrations/0011-how-it-was-decided.ts';
import { latestOfUsers } from './migrations/0012-latest-of-users.ts';

export const MIGRATIONS: readonly Migration[] = [
  initial,
  views,
  sinks,
  received,
  changedDays,
  pastOpenings,
  deadLetterKey,
  seriesOfUsers,
  champions,
  grades,
  howItWasDecided,
  latestOfUsers,
];
