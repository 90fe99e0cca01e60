// Runs the one statement into the table results.
import type { CompiledStatement } from '../../model/statement.ts';
import type { StatementSummary, Store } from '../../model/store.ts';
import type { EpochMicros } from '../../model/time.ts';

export const insertResults = (store: Store, statement: CompiledStatement): Promise<StatementSummary> =>
  store.execute({
    sql: `INSERT INTO results (${statement.columns.join(', ')})\n${statement.sql}`,
    params: statement.params,
    columns: [],
  });

/**
 * Results are of the latest close, and so is what was computed for them: those of earlier ones go with their
 * partitions. One that is still being worked on by another evaluator keeps its own.
 */
export async function dropOldResults(store: Store, tick: EpochMicros): Promise<void> {
  for (const table of ['results', 'prepared_values', 'ranked_values']) await dropOld(store, table, tick);
}

async function dropOld(store: Store, table: string, tick: EpochMicros): Promise<void> {
  const old = await store.query<{ partition: string }>({
    sql: `SELECT DISTINCT toString(tick) AS partition FROM ${table}
WHERE tick < {tick:UInt64} AND tick IN (SELECT tick FROM evaluations WHERE phase = 'finished')`,
    params: { tick },
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
