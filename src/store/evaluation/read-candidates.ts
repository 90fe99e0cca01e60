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

/** Indexes into `outcomes`, from 0, of the rules' `when`. */
export interface Deciding {
  /** Of rules that only a true condition opens. */
  readonly whenTrue: readonly number[];
  /** Of rules with `if_missing: true`, which unknown opens as well. */
  readonly whenNotFalse: readonly number[];
}

/** SQL over a row of results: may a rule open for this account? */
export const MAY_OPEN = `(arrayExists(i -> outcomes[i] = 'true', {whenTrue:Array(UInt32)})
      OR arrayExists(i -> outcomes[i] != 'false', {whenNotFalse:Array(UInt32)}))`;

/** ClickHouse counts from 1. */
export const decidingParams = ({ whenTrue, whenNotFalse }: Deciding) => ({
  whenTrue: whenTrue.map((index) => index + 1),
  whenNotFalse: whenNotFalse.map((index) => index + 1),
});

export const RESULT_ROW = `account_id, metrics, texts, outcomes, scores, toUnixTimestamp64Micro(first_known) AS first_known`;

export interface CandidatePage {
  readonly tick: EpochMicros;
  readonly deciding: Deciding;
  /** The page starts behind this account; '' for the first. */
  readonly after: string;
  readonly limit: number;
}

export const readCandidates = (store: Store, page: CandidatePage): Promise<readonly ResultRow[]> =>
  store.query<ResultRow>({
    sql: `SELECT ${RESULT_ROW}
FROM results
WHERE tick = {tick:UInt64} AND account_id > {after:String}
  AND (${MAY_OPEN}
    OR account_id IN (
      SELECT account_id FROM (
        SELECT account_id, rule, argMax(to, step) AS state FROM transitions FINAL
        WHERE account_id > {after:String} GROUP BY account_id, rule)
      WHERE state != 'none'))
ORDER BY account_id
LIMIT 1 BY account_id
LIMIT {limit:UInt32}`,
    params: { tick: page.tick, after: page.after, limit: page.limit, ...decidingParams(page.deciding) },
    columns: ['account_id', 'metrics', 'texts', 'outcomes', 'scores', 'first_known'],
  });
