// Announcements that a close has applied are needed by nobody: removing them keeps each tick's start short.
import type { Store } from '../../model/store.ts';

const APPLIED = `batch_id IN (
  SELECT batch_id FROM taken_batches
  WHERE tick IN (SELECT tick FROM evaluations WHERE phase = 'finished' AND applied AND kind = 'close'))`;

/** The order matters: what was taken goes last, since it is what says that the others may go. */
export async function pruneBatches(store: Store): Promise<void> {
  for (const table of ['changed_account_days', 'announced_batches', 'taken_batches']) {
    await store.execute({ sql: `DELETE FROM ${table} WHERE ${APPLIED}`, params: {}, columns: [] });
  }
  await store.execute({
    sql: `DELETE FROM changed_days WHERE tick IN (SELECT tick FROM evaluations WHERE phase = 'finished')`,
    params: {},
    columns: [],
  });
}
