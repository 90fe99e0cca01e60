// Runs the one statement over everyone, two slices at once on half of the store's threads each: threads that share a
// slice each keep a table of all its accounts and merge them in the end, and joining and writing are one thread's work.
import type { Store } from '../../model/store.ts';
import type { EvaluationInput } from '../../rules/compile/evaluation-input.ts';
import type { EvaluationPlan } from '../../rules/compile/plan.ts';
import { writeStatement } from '../../rules/compile/write-statement.ts';
import { insertResults } from '../../store/evaluation/save-results.ts';

const MOST_AT_ONCE = 2;

/** Rows read, as far as the store says. Rejects with the first StoreError, once no statement is under way any more. */
export async function passOverSlices(
  store: Store,
  plan: EvaluationPlan,
  inputs: readonly EvaluationInput[],
): Promise<number> {
  const atOnce = Math.max(1, Math.min(MOST_AT_ONCE, inputs.length));
  const threads = Math.max(1, Math.floor((await readThreads(store)) / atOnce));
  const waiting = [...inputs];
  const rowsRead: number[] = [];
  const work = async () => {
    try {
      for (let input = waiting.shift(); input !== undefined; input = waiting.shift())
        rowsRead.push((await insertResults(store, writeStatement(plan, input), { threads })).readRows);
    } catch (error) {
      waiting.length = 0;
      throw error;
    }
  };
  const workers = await Promise.allSettled(Array.from({ length: atOnce }, work));
  for (const worker of workers) if (worker.status === 'rejected') throw worker.reason;
  return rowsRead.reduce((sum, rows) => sum + rows, 0);
}

/** As many as the store would use for one statement. */
async function readThreads(store: Store): Promise<number> {
  const [row] = await store.query<{ threads: number }>({
    sql: "SELECT toUInt32(getSetting('max_threads')) AS threads",
    params: {},
    columns: ['threads'],
  });
  return row?.threads ?? 1;
}
