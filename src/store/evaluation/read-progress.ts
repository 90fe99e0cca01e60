// How far evaluation has come: the last close, and whether batches wait for a tick or a close.
import type { Store } from '../../model/store.ts';
import type { Day } from '../../model/time.ts';

/** Undefined before the first close. */
export async function readLastClose(store: Store): Promise<Day | undefined> {
  const [row] = await store.query<{ day: Day; closes: string }>({
    sql: `SELECT max(day) AS day, count() AS closes FROM evaluations WHERE kind = 'close' AND phase = 'finished'`,
    params: {},
    columns: ['day', 'closes'],
  });
  return row === undefined || Number(row.closes) === 0 ? undefined : row.day;
}

/** True when a batch was announced that no tick has applied. */
export async function hasNewBatches(store: Store): Promise<boolean> {
  const [row] = await store.query<{ waiting: string }>({
    sql: `SELECT count() AS waiting FROM (
  SELECT batch_id FROM announced_batches
  WHERE batch_id NOT IN (
    SELECT batch_id FROM taken_batches
    WHERE tick IN (SELECT tick FROM evaluations WHERE phase = 'finished' AND applied AND kind = 'tick'))
  LIMIT 1)`,
    params: {},
    columns: ['waiting'],
  });
  return Number(row?.waiting ?? 0) > 0;
}
