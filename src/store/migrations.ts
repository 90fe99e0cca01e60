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
import { corrections } from './migrations/0013-corrections.ts';
import { writeKeys } from './migrations/0014-write-keys.ts';
import { replays } from './migrations/0015-replays.ts';
import { imports } from './migrations/0016-imports.ts';
import { deadLetterHeaders } from './migrations/0017-dead-letter-headers.ts';
import { viewsOfCorrections } from './migrations/0018-views-of-corrections.ts';
import { viewsOfHistory } from './migrations/0019-views-of-history.ts';

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
  corrections,
  writeKeys,
  replays,
  imports,
  deadLetterHeaders,
  viewsOfCorrections,
  viewsOfHistory,
];
