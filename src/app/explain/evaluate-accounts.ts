// A few accounts through the real evaluator at one moment, from raw events: what explain and its verification look at.
import type { AccountId } from '../../model/ids.ts';
import type { Store } from '../../model/store.ts';
import type { Day, EpochMillis, TimeZone } from '../../model/time.ts';
import type { EvaluationInput } from '../../rules/compile/evaluation-input.ts';
import type { EvaluationPlan } from '../../rules/compile/plan.ts';
import { writeStatement } from '../../rules/compile/write-statement.ts';
import type { ResultArrays } from '../../scoring/read-facts.ts';
import { dropPrepared, readRankTick } from '../../store/evaluation/prepared-values.ts';
import type { ResultRow } from '../../store/evaluation/read-candidates.ts';
import { chooseInput } from '../evaluate/choose-input.ts';
import { prepareSequences } from '../evaluate/prepare-values.ts';

export interface AccountMoment {
  readonly kind: 'close' | 'tick';
  readonly day: Day;
  /** T. */
  readonly at: EpochMillis;
  /** What was received later is not seen, microseconds. */
  readonly known: number;
  readonly timezone: TimeZone;
}

export interface EvaluateAccounts {
  readonly store: Store;
  readonly accounts: readonly AccountId[];
  readonly moment: AccountMoment;
  /** Names the values that are prepared for it; nobody else's. */
  readonly tick: number;
}

/** By account; one that is not there at T has no row. */
export async function evaluateAccounts(
  options: EvaluateAccounts,
  plan: EvaluationPlan,
): Promise<ReadonlyMap<AccountId, ResultArrays>> {
  const { store, tick } = options;
  const ranksOf = plan.preparations.length === 0 ? 0 : await readRankTick(store);
  const input = { ...accountInput(options), ranksOf };
  try {
    await prepareSequences(store, plan, input);
    const rows = await store.query<ResultRow>(writeStatement(plan, input));
    return new Map(
      rows.map(({ account_id, scores, ...arrays }) => [
        account_id,
        { ...arrays, scores: scores.map((score) => (score === null ? null : Number(score))) },
      ]),
    );
  } finally {
    if (plan.preparations.length > 0) await dropPrepared(store, tick as Parameters<typeof dropPrepared>[1]);
  }
}

export const accountInput = ({ accounts, moment, tick }: Omit<EvaluateAccounts, 'store'>): EvaluationInput =>
  chooseInput({ ...moment, tick, only: accounts, raw: true });
