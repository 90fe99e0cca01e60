// Evaluates the changed accounts of a tick and returns those for which a rule's condition holds.
import type { CompiledStatement } from '../../model/statement.ts';
import type { Store } from '../../model/store.ts';
import { type Deciding, decidingParams, MAY_OPEN, RESULT_ROW, type ResultRow } from './read-candidates.ts';

/** A tick's results are read and not kept: they know only some of the rules. Sorted by account. */
export const readOpenable = (
  store: Store,
  { statement, deciding }: { readonly statement: CompiledStatement; readonly deciding: Deciding },
): Promise<readonly ResultRow[]> =>
  store.query<ResultRow>({
    sql: `SELECT ${RESULT_ROW}
FROM (
${statement.sql}
)
WHERE ${MAY_OPEN}
ORDER BY account_id`,
    params: { ...statement.params, ...decidingParams(deciding) },
    columns: ['account_id', 'metrics', 'texts', 'outcomes', 'scores', 'first_known'],
  });
