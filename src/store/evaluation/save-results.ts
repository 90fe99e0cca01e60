// Runs the one statement into the table results.
import type { CompiledStatement } from '../../model/statement.ts';
import type { StatementSummary, Store } from '../../model/store.ts';
import type { EpochMicros } from '../../model/time.ts';
import { readRankTick } from './prepared-values.ts';

export const insertResults = (
  store: Store,
  statement: CompiledStatement,
  { threads }: { readonly threads: number },
): Promise<StatementSummary> =>
  store.execute({
    sql: `INSERT INTO results (${statement.columns.join(', ')}) SETTINGS max_threads = ${threads}\n${statement.sql}`,
    params: statement.params,
    columns: [],
  });

/** What was begun this long ago, microseconds, and did not finish, never will. */
const LONGEST_MICROS = 3_600_000_000;

export interface DropOldResults {
  /** Of the close that is finished now. */
  readonly tick: EpochMicros;
  readonly now: EpochMicros;
}

/**
 * Results are of the latest close, and so is what was computed for them: what is older goes with its partitions, also
 * what a crash left behind. What another evaluator may still be working on stays, and so do the ranks of the latest
 * day, which this close may be earlier than.
 */
export async function dropOldResults(store: Store, done: DropOldResults): Promise<void> {
  const ranks = await readRankTick(store);
  await dropOld(store, 'results', { ...done, ranks: 0 });
  for (const table of ['prepared_values', 'ranked_values']) await dropOld(store, table, { ...done, ranks });
}

async function dropOld(
  store: Store,
  table: string,
  { tick, now, ranks }: DropOldResults & { readonly ranks: number },
): Promise<void> {
  const old = await store.query<{ partition: string }>({
    sql: `SELECT toString(tick) AS partition FROM (SELECT DISTINCT tick FROM ${table} WHERE tick < {tick:UInt64} AND tick != {ranks:UInt64})
WHERE tick IN (SELECT tick FROM evaluations WHERE phase = 'finished')
  OR tick < {before:UInt64} AND tick NOT IN (
    SELECT tick FROM evaluations WHERE written_at >= fromUnixTimestamp64Micro({before:Int64}, 'UTC'))`,
    params: { tick, ranks, before: now - LONGEST_MICROS },
    columns: ['partition'],
  });
  for (const { partition } of old) {
    await store.execute({
      sql: `ALTER TABLE ${table} DROP PARTITION ${partition}`,
      params: {},
      columns: [],
    });
  }
}

export async function countResults(store: Store, tick: EpochMicros): Promise<number> {
  const [row] = await store.query<{ accounts: string }>({
    sql: 'SELECT uniqExact(account_id) AS accounts FROM results WHERE tick = {tick:UInt64}',
    params: { tick },
    columns: ['accounts'],
  });
  return Number(row?.accounts ?? 0);
}
