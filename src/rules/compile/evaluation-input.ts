// The input of the one statement: which accounts, at which T, and what was known.
import { type Corrections, NO_CORRECTIONS } from '../../model/corrections.ts';
import type { StatementParameter } from '../../model/statement.ts';

/** A set of accounts, at one T or, in tests and backtests, at several. */
export interface EvaluationInput {
  /**
   * SQL that yields account_id, instant (T, DateTime64), previous_close (DateTime64), last_day, closed_day and
   * first_day (Int32 day numbers: of T, the last closed one, the account's first) and first_known. An account's rows
   * have different days.
   */
  readonly relation: string;
  /** SQL over `account_id` that narrows reads to the accounts of the relation, by primary key where it can. */
  readonly accounts: string;
  /** Of the latest T; days since 1970-01-01. */
  readonly day: number;
  /** The last closed day of the only T. */
  readonly lastClosed: number;
  /** Set when the relation holds more than one T: the day of the earliest. */
  readonly earliestDay?: number;
  /** Rows received later are not seen, microseconds; the tick when left out. */
  readonly known?: number;
  /** True computes the series from raw rows instead of reading the stored ones: slow, for a few accounts. */
  readonly raw?: boolean;
  /** True computes sequences within the statement, for a few accounts: nothing has to be written for it beforehand. */
  readonly within?: boolean;
  /** SQL over `account_id`: only accounts with the same are peers of each other; all when left out. */
  readonly world?: string;
  /** The tick whose ranks among peers hold; its own when left out. */
  readonly ranksOf?: number;
  /** Kinds of corrections that raw rows are read with; none when left out. */
  readonly corrections?: Corrections;
  /** With `at`, T in milliseconds, where there is one T. */
  readonly params: Readonly<Record<string, StatementParameter>>;
  /** Version of the results; the tick's V, in microseconds. */
  readonly tick: number;
}

export const correctionsOf = ({ corrections }: EvaluationInput): Corrections => corrections ?? NO_CORRECTIONS;
