// What statements of their own compute before the one statement: sequences for its accounts, ranks for everybody.

import type { Store } from '../../model/store.ts';
import type { EvaluationInput } from '../../rules/compile/evaluation-input.ts';
import type { EvaluationPlan } from '../../rules/compile/plan.ts';
import { writeRankedValues, writeRanks } from '../../rules/compile/write-ranks.ts';
import { writeSequence } from '../../rules/compile/write-sequence.ts';

/** One input a slice of accounts. Ranks are those of all inputs together. */
export async function prepareValues(
  store: Store,
  plan: EvaluationPlan,
  inputs: readonly EvaluationInput[],
): Promise<void> {
  if (plan.preparations.length === 0) return;
  for (const input of inputs) await prepareSequences(store, plan, input);
  const [first] = inputs;
  if (first === undefined || !hasRanks(plan)) return;
  for (const input of inputs) await store.execute(writeRankedValues(plan, input));
  await store.execute(writeRanks(plan, first.tick));
}

/** Without ranks, which hold between closes. */
export async function prepareSequences(
  store: Store,
  plan: EvaluationPlan,
  input: EvaluationInput,
): Promise<void> {
  for (const preparation of plan.preparations) {
    if (preparation.metric.prepare?.kind === 'sequence')
      await store.execute(writeSequence(plan, input, preparation));
  }
}

const hasRanks = (plan: EvaluationPlan): boolean =>
  plan.preparations.some(({ metric }) => metric.prepare?.kind === 'rank');
