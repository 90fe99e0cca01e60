// Evaluates the changed accounts of a tick and returns those for which a rule's condition holds.
import type { CompiledStatement } from '../../model/statement.ts';
import type { Store } from '../../model/store.ts';
import type { ResultRow } from './read-candidates.ts';

/** `whens` are indexes into `outcomes`, from 0. A tick's results are read and not kept: they know only some rules. */
export const readOpenable = (
  store: Store,
  { statement, whens }: { readonly statement: CompiledStatement; readonly whens: readonly number[] },
): Promise<readonly ResultRow[]> =>
  store.query<ResultRow>({
    sql: `SELECT account_id, metrics, texts, outcomes, scores, toUnixTimestamp64Micro(known.first_known) AS first_known
FROM (
  SELECT * FROM (
${statement.sql}
  )
  WHERE arrayExists(i -> outcomes[i] = 'true', {whens:Array(UInt32)})
) AS rows
INNER JOIN (SELECT account_id, min(first_known) AS first_known FROM accounts GROUP BY account_id) AS known USING (account_id)
ORDER BY account_id`,
    params: { ...statement.params, whens: whens.map((index) => index + 1) },
    columns: ['account_id', 'metrics', 'texts', 'outcomes', 'scores', 'first_known'],
  });
