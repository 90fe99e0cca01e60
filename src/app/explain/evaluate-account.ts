// One account through the real evaluator at one moment, from raw events: what explain and its verification look at.
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

export interface EvaluateAccount {
  readonly store: Store;
  readonly account: AccountId;
  readonly moment: AccountMoment;
  /** Names the values that are prepared for it; nobody else's. */
  readonly tick: number;
}

/** Undefined when the account is not there at T. */
export async function evaluateAccount(
  options: EvaluateAccount,
  plan: EvaluationPlan,
): Promise<ResultArrays | undefined> {
  const { store, tick } = options;
  const ranksOf = plan.preparations.length === 0 ? 0 : await readRankTick(store);
  const input = { ...accountInput(options), ranksOf };
  try {
    await prepareSequences(store, plan, input);
    const [row] = await store.query<ResultRow>(writeStatement(plan, input));
    if (row === undefined) return undefined;
    return { ...row, scores: row.scores.map((score) => (score === null ? null : Number(score))) };
  } finally {
    if (plan.preparations.length > 0) await dropPrepared(store, tick as Parameters<typeof dropPrepared>[1]);
  }
}

export const accountInput = ({ account, moment, tick }: Omit<EvaluateAccount, 'store'>): EvaluationInput =>
  chooseInput({ ...moment, tick, only: [account], raw: true });
