// Computes the evidence of stored transitions again, from raw events as they were known then and by the ruleset that
// was in force then, and tells where it differs.
import type { Store } from '../../model/store.ts';
import type { TimeZone } from '../../model/time.ts';
import { compileRuleset } from '../../rules/compile/compile-ruleset.ts';
import type { EvaluationPlan } from '../../rules/compile/plan.ts';
import { readRuleset } from '../../rules/read-ruleset.ts';
import { compareEvidence } from '../../scoring/compare-evidence.ts';
import { buildEvidence, type ResultArrays } from '../../scoring/read-facts.ts';
import { readFilesOf } from '../../store/evaluation/rulesets.ts';
import type { DecidedTransition } from '../../store/read/read-decided-transitions.ts';
import { evaluateAccounts } from './evaluate-accounts.ts';
import type { VerifiedStep } from './explanation.ts';

export interface Verifier {
  readonly store: Store;
  /** Of transitions that do not remember whose days counted. */
  readonly timezone: TimeZone;
  /** Names the values that are prepared for it; nobody else's. */
  readonly tick: number;
}

/** In the order given. What one evaluation decided is computed again in one statement. */
export async function verifyTransitions(
  verifier: Verifier,
  transitions: readonly DecidedTransition[],
): Promise<readonly VerifiedStep[]> {
  const plans = new Map<string, EvaluationPlan | undefined>();
  const verified = new Map<DecidedTransition, VerifiedStep>();
  for (const group of groupByEvaluation(transitions)) {
    const [{ rulesetHash, timezone = verifier.timezone }] = group;
    const key = `${rulesetHash} ${timezone}`;
    if (!plans.has(key)) plans.set(key, await readPlan({ ...verifier, timezone }, rulesetHash));
    const steps = await verifyGroup({ ...verifier, timezone }, group, plans.get(key));
    for (const [index, step] of steps.entries()) {
      const transition = group[index];
      if (transition !== undefined) verified.set(transition, step);
    }
  }
  return transitions.flatMap((transition) => verified.get(transition) ?? []);
}

type Group = readonly [DecidedTransition, ...DecidedTransition[]];

function groupByEvaluation(transitions: readonly DecidedTransition[]): readonly Group[] {
  const groups = new Map<string, [DecidedTransition, ...DecidedTransition[]]>();
  for (const transition of transitions) {
    const key = `${transition.tick} ${transition.kind} ${transition.rulesetHash}`;
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [transition]);
    else known.push(transition);
  }
  return [...groups.values()];
}

async function verifyGroup(
  verifier: Verifier,
  group: Group,
  plan: EvaluationPlan | undefined,
): Promise<readonly VerifiedStep[]> {
  if (plan === undefined)
    return group.map((one) => notChecked(one, 'the ruleset of that day cannot be read any more'));
  const [first] = group;
  const accounts = [...new Set(group.map(({ accountId }) => accountId))];
  const moment = { ...first, known: first.tick, timezone: verifier.timezone };
  const rows = await evaluateAccounts({ ...verifier, accounts, moment }, plan);
  return group.map((transition) => verifyOne(plan, transition, rows.get(transition.accountId)));
}

function verifyOne(
  plan: EvaluationPlan,
  transition: DecidedTransition,
  row: ResultArrays | undefined,
): VerifiedStep {
  const layout = plan.layout.rules.get(transition.rule);
  if (layout === undefined) return notChecked(transition, 'the rule was gone by then');
  if (row === undefined) return notChecked(transition, 'the account was not there yet');
  const differences = compareEvidence(transition.evidence, buildEvidence(plan, row, layout));
  const outcome = differences.length === 0 ? 'reproduced' : 'different';
  return { step: transition.step, day: transition.day, outcome, differences, note: undefined };
}

const notChecked = ({ step, day }: DecidedTransition, note: string): VerifiedStep => ({
  step,
  day,
  outcome: 'not_checked',
  differences: [],
  note,
});

async function readPlan({ store, timezone }: Verifier, hash: string): Promise<EvaluationPlan | undefined> {
  const files = await readFilesOf(store, hash);
  const ruleset = files === undefined ? undefined : readRuleset(files, {}).ruleset;
  return ruleset === undefined ? undefined : compileRuleset(ruleset, { timezone });
}
