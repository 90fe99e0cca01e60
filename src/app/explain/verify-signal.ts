// Computes the evidence of stored transitions again, from raw events as they were known then and by the ruleset that
// was in force then, and tells where it differs.
import type { AccountId } from '../../model/ids.ts';
import type { Store } from '../../model/store.ts';
import type { TimeZone } from '../../model/time.ts';
import { compileRuleset } from '../../rules/compile/compile-ruleset.ts';
import type { EvaluationPlan } from '../../rules/compile/plan.ts';
import { readRuleset } from '../../rules/read-ruleset.ts';
import { compareEvidence } from '../../scoring/compare-evidence.ts';
import { buildEvidence } from '../../scoring/read-facts.ts';
import { readFilesOf } from '../../store/evaluation/rulesets.ts';
import type { DecidedTransition } from '../../store/read/read-account-history.ts';
import { evaluateAccount } from './evaluate-account.ts';
import type { VerifiedStep } from './explanation.ts';

export interface Verifier {
  readonly store: Store;
  readonly account: AccountId;
  readonly timezone: TimeZone;
  readonly tick: number;
  /** By ruleset hash; filled as they are needed. */
  readonly plans: Map<string, EvaluationPlan | undefined>;
}

export async function verifyTransition(
  verifier: Verifier,
  transition: DecidedTransition,
): Promise<VerifiedStep> {
  const { step, day } = transition;
  const notChecked = (note: string): VerifiedStep => ({
    step,
    day,
    outcome: 'not_checked',
    differences: [],
    note,
  });
  const plan = await planOf(verifier, transition.rulesetHash);
  if (plan === undefined) return notChecked('the ruleset of that day cannot be read any more');
  const layout = plan.layout.rules.get(transition.rule);
  if (layout === undefined) return notChecked('the rule was gone by then');
  const moment = { ...transition, known: transition.tick, timezone: verifier.timezone };
  const row = await evaluateAccount({ ...verifier, moment }, plan);
  if (row === undefined) return notChecked('the account was not there yet');
  const differences = compareEvidence(transition.evidence, buildEvidence(plan, row, layout));
  return {
    step,
    day,
    outcome: differences.length === 0 ? 'reproduced' : 'different',
    differences,
    note: undefined,
  };
}

async function planOf(
  { store, timezone, plans }: Verifier,
  hash: string,
): Promise<EvaluationPlan | undefined> {
  if (plans.has(hash)) return plans.get(hash);
  const files = await readFilesOf(store, hash);
  const ruleset = files === undefined ? undefined : readRuleset(files, {}).ruleset;
  const plan = ruleset === undefined ? undefined : compileRuleset(ruleset, { timezone });
  plans.set(hash, plan);
  return plan;
}
