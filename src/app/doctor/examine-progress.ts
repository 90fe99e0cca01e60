// What the tables say about the work: do events come in, are they evaluated, are days closed, what was dead-lettered?
import type { Clock } from '../../model/clock.ts';
import { MOST_NEIGHBOURS } from '../../model/name-persons.ts';
import type { Store } from '../../model/store.ts';
import { addDays, dayOf, endOfDay, microsToMillis, millisToMicros, type TimeZone } from '../../model/time.ts';
import { readFreshness } from '../../store/evaluation/read-freshness.ts';
import { readLastClose } from '../../store/evaluation/read-progress.ts';
import { readCrowded } from '../../store/evaluation/user-persons.ts';
import { readOldestWaiting } from '../../store/read/read-oldest-waiting.ts';
import { readPipeline } from '../../store/read/read-pipeline.ts';
import { judgeFreshness } from '../evaluate/judge-freshness.ts';
import { describeAge, describeCount, type Finding } from './finding.ts';

export interface ProgressExamination {
  readonly store: Store;
  readonly clock: Clock;
  readonly timezone: TimeZone;
}

export async function examineProgress(options: ProgressExamination): Promise<readonly Finding[]> {
  const findings = await Promise.all([
    examineEvents(options),
    examineTicks(options),
    examineCloses(options),
    examineDeadLetters(options),
    examineSharedIds(options),
  ]);
  return findings.flat();
}

const DAY_MICROS = 86_400_000_000;

async function examineEvents({ store, clock }: ProgressExamination): Promise<Finding> {
  const [row] = await store.query<{ at: string }>({
    sql: 'SELECT toUnixTimestamp64Micro(max(received_at)) AS at FROM announced_batches',
    params: {},
    columns: ['at'],
  });
  const at = Number(row?.at ?? 0);
  const check = 'events';
  if (at === 0) {
    const todo =
      'point a client at the collector, or run "tidemark events import FILE"; docs/getting-started.md';
    return { check, status: 'warn', found: 'none were ever stored', todo };
  }
  const age = clock.now() - at;
  const found = `the newest was stored ${describeAge(age)} ago`;
  if (age <= DAY_MICROS) return { check, status: 'ok', found };
  const todo = 'check that clients still send, that "tidemark up" runs, and the write key that they use';
  return { check, status: 'warn', found, todo };
}

/** A tick comes within seconds of its events, unless nobody evaluates. */
const TICK_LATE_MICROS = 300_000_000;

async function examineTicks({ store, clock }: ProgressExamination): Promise<Finding> {
  const [{ lastTickAt, lastTickMs }, oldest] = await Promise.all([
    readPipeline(store),
    readOldestWaiting(store),
  ]);
  const check = 'last tick';
  const now = clock.now();
  const last =
    lastTickAt === undefined
      ? 'none yet'
      : `${describeAge(now - millisToMicros(lastTickAt))} ago, took ${lastTickMs} ms`;
  if (oldest === undefined) return { check, status: 'ok', found: `${last}; no events wait for one` };
  if (now - oldest < TICK_LATE_MICROS) return { check, status: 'ok', found: last };
  const todo =
    'start "tidemark up", or "tidemark up --roles score" where roles are processes of their own; its log says why one fails';
  return {
    check,
    status: 'warn',
    found: `${last}; events wait for one for ${describeAge(now - oldest)}`,
    todo,
  };
}

/** A close comes an hour after its day has ended; a large one may take its time. */
const CLOSE_LATE_MICROS = 2 * 3_600_000_000;

async function examineCloses({ store, clock, timezone }: ProgressExamination): Promise<Finding> {
  const check = 'last close';
  const last = await readLastClose(store);
  if (last === undefined) {
    return {
      check,
      status: 'ok',
      found: 'none yet; the first comes an hour after midnight while "tidemark up" runs',
    };
  }
  const next = addDays(last, 1);
  const yesterday = addDays(dayOf(microsToMillis(clock.now()), timezone), -1);
  const late = clock.now() - millisToMicros(endOfDay(next, timezone));
  if (next > yesterday || late < CLOSE_LATE_MICROS) return { check, status: 'ok', found: last };
  const verdict = judgeFreshness(await readFreshness(store, next, timezone), 0);
  const behind = `${last}; ${next} has been over for ${describeAge(late)} and is not closed`;
  return verdict.close
    ? {
        check,
        status: 'warn',
        found: behind,
        todo: 'start "tidemark up", whose log says why a close fails or waits',
      }
    : {
        check,
        status: 'warn',
        found: `${behind}: it is held, since ${verdict.reason}`,
        todo: `look for a broken tracker; if the day is right, "tidemark closes release ${next}"`,
      };
}

const MOST_REASONS = 5;

async function examineDeadLetters({ store, clock }: ProgressExamination): Promise<Finding> {
  const rows = await store.query<{ reason: string; count: string }>({
    sql: `SELECT reason, count() AS count
FROM dead_letters FINAL
WHERE received_at >= fromUnixTimestamp64Micro({from:Int64}, 'UTC')
GROUP BY reason
ORDER BY count DESC, reason`,
    params: { from: clock.now() - DAY_MICROS },
    columns: ['reason', 'count'],
  });
  const check = 'dead letters';
  const total = rows.reduce((sum, { count }) => sum + Number(count), 0);
  if (total === 0) return { check, status: 'ok', found: 'none in the last day' };
  const reasons = rows.slice(0, MOST_REASONS).map(({ reason, count }) => `${count} ${reason}`);
  const more = rows.length > MOST_REASONS ? ', …' : '';
  return {
    check,
    status: 'warn',
    found: `${describeCount(total, 'event')} in the last day: ${reasons.join(', ')}${more}`,
    todo: '"tidemark dead-letters list" shows them; mend the sender, then replay them',
  };
}

/** Nothing where there are none: most projects never meet one. */
async function examineSharedIds({ store, clock }: ProgressExamination): Promise<readonly Finding[]> {
  const crowded = await readCrowded(store, { bound: clock.now(), most: MOST_NEIGHBOURS });
  if (crowded.size === 0) return [];
  const ids = [...crowded.keys()].sort().slice(0, MOST_REASONS);
  const more = crowded.size > MOST_REASONS ? ', …' : '';
  return [
    {
      check: 'joined users',
      status: 'warn',
      found: `joined with more than ${describeCount(MOST_NEIGHBOURS, 'other')} each, so that their aliases join nobody: ${ids.map((id) => JSON.stringify(id)).join(', ')}${more}`,
      todo: 'mend the client that sends them as "user_id" or "previous_id" of an alias, whoever it is; docs/events.md',
    },
  ];
}
