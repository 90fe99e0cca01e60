// Brings the champions of accounts up to the days of an input, before the one statement looks at them.
import type { Store } from '../../model/store.ts';
import type { EvaluationInput } from '../../rules/compile/evaluation-input.ts';
import type { EvaluationPlan } from '../../rules/compile/plan.ts';
import { writeChampions } from '../../rules/compile/write-champions.ts';

/** Only closes: between them the champion stays. The series of champions are up to date already. */
export async function refreshChampions(
  store: Store,
  plan: EvaluationPlan,
  input: EvaluationInput,
): Promise<void> {
  await store.execute(writeChampions(plan, input));
}
