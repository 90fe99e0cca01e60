// Runs the one statement over everyone, two slices at once on half of the store's threads each: threads that share a
// slice each keep a table of all its accounts and merge them in the end, and joining and writing are one thread's work.
import type { Store } from '../../model/store.ts';
import type { EvaluationInput } from '../../rules/compile/evaluation-input.ts';
import type { EvaluationPlan } from '../../rules/compile/plan.ts';
import { writeStatement } from '../../rules/compile/write-statement.ts';
import { insertResults } from '../../store/evaluation/save-results.ts';

const AT_ONCE = 2;

/** Rows read, as far as the store says. Rejects with the first StoreError, once no statement is under way any more. */
export async function passOverSlices(
  store: Store,
  plan: EvaluationPlan,
  inputs: readonly EvaluationInput[],
): Promise<number> {
  const [server] = await store.query<{ threads: number }>({
    sql: "SELECT toUInt32(getSetting('max_threads')) AS threads",
    params: {},
    columns: ['threads'],
  });
  const threads = Math.max(1, Math.floor((server?.threads ?? AT_ONCE) / AT_ONCE));
  const waiting = [...inputs];
  let rowsRead = 0;
  const work = async () => {
    try {
      for (let input = waiting.shift(); input !== undefined; input = waiting.shift())
        rowsRead += (await insertResults(store, writeStatement(plan, input), { threads })).readRows;
    } catch (error) {
      waiting.length = 0;
      throw error;
    }
  };
  const workers = await Promise.allSettled(Array.from({ length: AT_ONCE }, work));
  for (const worker of workers) if (worker.status === 'rejected') throw worker.reason;
  return rowsRead;
}
