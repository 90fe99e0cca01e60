// A few accounts through the real evaluator at one moment, from raw events: what explain and its verification look at.
import type { Corrections } from '../../model/corrections.ts';
import type { AccountId } from '../../model/ids.ts';
import type { Store } from '../../model/store.ts';
import type { Day, EpochMillis, TimeZone } from '../../model/time.ts';
import type { EvaluationInput } from '../../rules/compile/evaluation-input.ts';
import type { EvaluationPlan } from '../../rules/compile/plan.ts';
import { ranksOf } from '../../rules/compile/write-ranks.ts';
import { writeStatement } from '../../rules/compile/write-statement.ts';
import type { ResultArrays } from '../../scoring/read-facts.ts';
import { findRankTick } from '../../store/evaluation/prepared-values.ts';
import type { ResultRow } from '../../store/evaluation/read-candidates.ts';
import { chooseInput } from '../evaluate/choose-input.ts';

interface AccountMoment {
  readonly kind: 'close' | 'tick';
  readonly day: Day;
  /** T. */
  readonly at: EpochMillis;
  /** What was received later is not seen, microseconds. */
  readonly known: number;
  /** The close that is looked at again; undefined: the latest of the day. */
  readonly close?: number;
  readonly timezone: TimeZone;
  /** Of the project now: what it did not have then changes nothing. */
  readonly corrections: Corrections;
}

export interface EvaluateAccounts {
  readonly store: Store;
  readonly accounts: readonly AccountId[];
  readonly moment: AccountMoment;
  /** The version that the rows would have; nothing is written. */
  readonly tick: number;
}

export interface EvaluatedAccounts {
  /** By account; one that is not there at T has no row. */
  readonly rows: ReadonlyMap<AccountId, ResultArrays>;
  /** False when the ranks among peers of that moment are not kept any more: they are missing from the rows. */
  readonly ranksKnown: boolean;
}

/** Ids travel in the address of the request, whose length is bounded. */
const MOST_ACCOUNTS = 500;

export async function evaluateAccounts(
  options: EvaluateAccounts,
  plan: EvaluationPlan,
): Promise<EvaluatedAccounts> {
  const { store, accounts } = options;
  const keys = ranksOf(plan).map(({ key }) => key);
  const rankTick = keys.length === 0 ? 0 : await findRankTick(store, { ...ranksAt(options.moment), keys });
  const rows = new Map<AccountId, ResultArrays>();
  for (let from = 0; from < accounts.length; from += MOST_ACCOUNTS) {
    const some = accounts.slice(from, from + MOST_ACCOUNTS);
    const input = { ...accountInput({ ...options, accounts: some }), within: true, ranksOf: rankTick };
    for (const { account_id, scores, ...arrays } of await store.query<ResultRow>(writeStatement(plan, input)))
      rows.set(account_id, { ...arrays, scores: scores.map((one) => (one === null ? null : Number(one))) });
  }
  return { rows, ranksKnown: keys.length === 0 || rankTick > 0 };
}

const ranksAt = ({ kind, day, known, close }: AccountMoment) => ({
  kind,
  day,
  earliest: close ?? 0,
  latest: known,
});

export const accountInput = ({ accounts, moment, tick }: Omit<EvaluateAccounts, 'store'>): EvaluationInput =>
  chooseInput({ ...moment, tick, only: accounts, raw: true });
