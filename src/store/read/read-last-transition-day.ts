// The latest local day on which any signal moved: no earlier day can be closed any more.
import type { Store } from '../../model/store.ts';
import type { Day } from '../../model/time.ts';

/** Undefined before the first transition. */
export async function readLastTransitionDay(store: Store): Promise<Day | undefined> {
  const [row] = await store.query<{ last: Day; transitions: string }>({
    sql: 'SELECT max(day) AS last, count() AS transitions FROM transitions',
    params: {},
    columns: ['last', 'transitions'],
  });
  return row === undefined || Number(row.transitions) === 0 ? undefined : row.last;
}
