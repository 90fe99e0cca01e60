// Result rows of a close that can change a signal: where a rule's condition holds, or a signal is alive.
import type { AccountId } from '../../model/ids.ts';
import type { Store } from '../../model/store.ts';
import type { EpochMicros } from '../../model/time.ts';

/** One account's row of results, arrays in the layout of the ruleset. */
export interface ResultRow {
  readonly account_id: AccountId;
  readonly metrics: readonly (number | null)[];
  readonly texts: readonly (string | null)[];
  readonly outcomes: readonly ('false' | 'unknown' | 'true')[];
  /** Hundredths and ten-thousandths, as text because they are 64-bit. */
  readonly scores: readonly (string | null)[];
  /** When Tidemark first knew the account, microseconds. */
  readonly first_known: string;
}

export interface CandidatePage {
  readonly tick: EpochMicros;
  /** Indexes into `outcomes`, from 0, of each rule's `when`. */
  readonly whens: readonly number[];
  /** The page starts behind this account; '' for the first. */
  readonly after: string;
  readonly limit: number;
}

export const readCandidates = (store: Store, page: CandidatePage): Promise<readonly ResultRow[]> =>
  store.query<ResultRow>({
    sql: `SELECT account_id, metrics, texts, outcomes, scores, toUnixTimestamp64Micro(known.first_known) AS first_known
FROM (
  SELECT account_id, metrics, texts, outcomes, scores
  FROM results
  WHERE tick = {tick:UInt64} AND account_id > {after:String}
    AND (arrayExists(i -> outcomes[i] = 'true', {whens:Array(UInt32)})
      OR account_id IN (
        SELECT account_id FROM (
          SELECT account_id, rule, argMax(to, step) AS state FROM transitions FINAL GROUP BY account_id, rule)
        WHERE state != 'none'))
  ORDER BY account_id
  LIMIT 1 BY account_id
  LIMIT {limit:UInt32}
) AS rows
INNER JOIN (SELECT account_id, min(first_known) AS first_known FROM accounts GROUP BY account_id) AS known USING (account_id)
ORDER BY account_id`,
    params: {
      tick: page.tick,
      after: page.after,
      limit: page.limit,
      whens: page.whens.map((index) => index + 1),
    },
    columns: ['account_id', 'metrics', 'texts', 'outcomes', 'scores', 'first_known'],
  });
