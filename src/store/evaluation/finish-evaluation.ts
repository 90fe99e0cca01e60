// The end of a tick or close: its batches are applied, unless a later one began meanwhile and may have read less.
import type { Clock } from '../../model/clock.ts';
import type { Store } from '../../model/store.ts';
import { type EvaluationRecord, recordEvaluation } from './record-evaluation.ts';

/**
 * A later tick may have read raw rows before ours did, and what it wrote hides ours by its larger version. Then the
 * batches stay open, and the next tick takes them again: the same numbers, written once more.
 */
export async function finishEvaluation(
  options: { readonly store: Store; readonly clock: Clock },
  record: Omit<EvaluationRecord, 'phase' | 'applied'>,
): Promise<{ readonly applied: boolean }> {
  const [row] = await options.store.query<{ later: string }>({
    sql: 'SELECT count() AS later FROM evaluations WHERE tick > {tick:UInt64}',
    params: { tick: record.tick },
    columns: ['later'],
  });
  const applied = Number(row?.later ?? 0) === 0;
  await recordEvaluation(options, { ...record, phase: 'finished', applied });
  return { applied };
}
