// Values that were computed before the one statement, by the tick that did.
import type { Store } from '../../model/store.ts';
import type { Day, EpochMicros } from '../../model/time.ts';

/** The close whose ranks among peers hold in a tick, that of the latest day; 0 before the first. */
export async function readRankTick(store: Store): Promise<number> {
  const [row] = await store.query<{ close: string }>({
    sql: `SELECT toString(tick) AS close FROM evaluations WHERE kind = 'close' AND phase = 'finished'
ORDER BY day DESC, tick DESC LIMIT 1`,
    params: {},
    columns: ['close'],
  });
  return Number(row?.close ?? 0);
}

export interface RanksAt {
  /** Of a close they are its own, of a tick those of the day's before. */
  readonly kind: 'tick' | 'close';
  readonly day: Day;
  /** Closes between these two, included. */
  readonly earliest: number;
  readonly latest: number;
  /** Of the metrics that are ranks, as prepared_values names them: digits; at least one. */
  readonly keys: readonly string[];
}

/** The close whose ranks held at a moment; 0 when there was none, or when its ranks are not kept any more. */
export async function findRankTick(store: Store, { kind, keys, ...params }: RanksAt): Promise<number> {
  const [row] = await store.query<{ close: string }>({
    sql: `SELECT toString(tick) AS close FROM evaluations
WHERE kind = 'close' AND phase = 'finished' AND tick BETWEEN {earliest:UInt64} AND {latest:UInt64}
  AND day ${kind === 'close' ? '=' : '<'} {day:Date}
ORDER BY day DESC, tick DESC LIMIT 1`,
    params,
    columns: ['close'],
  });
  if (row === undefined) return 0;
  const kept = await store.query({
    sql: `SELECT 1 FROM prepared_values WHERE tick = {tick:UInt64} AND key IN (${keys.join(', ')}) LIMIT 1`,
    params: { tick: row.close },
    columns: [],
  });
  return kept.length === 0 ? 0 : Number(row.close);
}

/** Of a tick that is over, or that begins anew. */
export async function dropPrepared(store: Store, tick: EpochMicros): Promise<void> {
  for (const table of ['prepared_values', 'ranked_values'])
    await store.execute({ sql: `ALTER TABLE ${table} DROP PARTITION ${tick}`, params: {}, columns: [] });
}
