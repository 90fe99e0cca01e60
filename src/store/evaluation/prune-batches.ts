// What ticks and closes are done with is needed by nobody: removing it keeps the start of each of them short.
import type { Store } from '../../model/store.ts';
import type { EpochMicros } from '../../model/time.ts';

const appliedBy = (kind: 'tick' | 'close'): string => `batch_id IN (
  SELECT batch_id FROM taken_batches
  WHERE tick IN (SELECT tick FROM evaluations WHERE phase = 'finished' AND applied AND kind = '${kind}'))`;

/**
 * Announcements go when both a tick and a close have applied them, and ticks when nothing refers to them. The order
 * matters: what was taken goes after what it speaks of, since it is what says that the others may go.
 */
export async function pruneBatches(store: Store, before: EpochMicros): Promise<void> {
  const remove = (table: string, where: string) =>
    store.execute({ sql: `DELETE FROM ${table} WHERE ${where}`, params: { before }, columns: [] });
  for (const table of ['changed_account_days', 'announced_batches', 'taken_batches']) {
    await remove(table, `${appliedBy('tick')} AND ${appliedBy('close')}`);
  }
  for (const table of ['changed_days', 'changed_accounts']) await remove(table, 'tick < {before:UInt64}');
  await remove(
    'evaluations',
    `kind = 'tick' AND tick < {before:UInt64} AND tick NOT IN (SELECT tick FROM taken_batches)`,
  );
}
