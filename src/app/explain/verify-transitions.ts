// Computes the evidence of stored transitions again, from raw events as they were known then and by the ruleset that
// was in force then, and tells where it differs.
import type { Champion, LeafPeople } from '../../model/signal.ts';
import type { Store } from '../../model/store.ts';
import type { TimeZone } from '../../model/time.ts';
import { compileRuleset } from '../../rules/compile/compile-ruleset.ts';
import type { EvaluationPlan } from '../../rules/compile/plan.ts';
import { leavesInOrder } from '../../rules/leaves-in-order.ts';
import type { Rule } from '../../rules/rule.ts';
import type { Ruleset } from '../../rules/ruleset.ts';
import { compareEvidence, listUnchecked, type Unchecked } from '../../scoring/compare-evidence.ts';
import { RankJudge } from '../../scoring/rank-judge.ts';
import { buildEvidence, type ResultArrays } from '../../scoring/read-facts.ts';
import { writeSentence } from '../../scoring/write-sentence.ts';
import { readCorrections } from '../../store/evaluation/read-corrections.ts';
import { readFilesOf } from '../../store/evaluation/rulesets.ts';
import type { DecidedTransition } from '../../store/read/read-decided-transitions.ts';
import { findChampions } from '../evaluate/add-champions.ts';
import { findPeople, wasTold, withPeople } from '../evaluate/add-people.ts';
import { findEarlierNames } from '../find-earlier-names.ts';
import { readStoredRuleset } from '../read-stored-ruleset.ts';
import { accountInput, evaluateAccounts } from './evaluate-accounts.ts';
import type { VerifiedStep } from './explanation.ts';

export interface Verifier {
  readonly store: Store;
  /** Of transitions that do not remember whose days counted. */
  readonly timezone: TimeZone;
  /** The version that what is computed would have; nothing is written. */
  readonly tick: number;
  /** Told of how much is done, 0 to 1. */
  readonly onShare?: (share: number) => void;
}

/** In the order given. What one evaluation decided is computed again in one statement. */
export async function verifyTransitions(
  verifier: Verifier,
  transitions: readonly DecidedTransition[],
): Promise<readonly VerifiedStep[]> {
  const rulesets = new Map<string, Ruleset | undefined>();
  const verified = new Map<DecidedTransition, VerifiedStep>();
  for (const group of groupByEvaluation(transitions)) {
    const [{ rulesetHash, timezone = verifier.timezone }] = group;
    if (!rulesets.has(rulesetHash)) rulesets.set(rulesetHash, await readRulesetOf(verifier, rulesetHash));
    const plan = compileAsked(rulesets.get(rulesetHash), group, timezone);
    const steps = await verifyGroup({ ...verifier, timezone }, group, plan);
    for (const [index, step] of steps.entries()) {
      const transition = group[index];
      if (transition !== undefined) verified.set(transition, step);
    }
    verifier.onShare?.(verified.size / transitions.length);
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
  const [{ kind, day, at, tick: known }] = group;
  const accounts = [...new Set(group.map(({ accountId }) => accountId))];
  const close = kind === 'close' ? { close: known } : {};
  const corrections = await readCorrections(verifier.store);
  const moment = { kind, day, at, known, timezone: verifier.timezone, corrections, ...close };
  const { rows, ranksKnown } = await evaluateAccounts({ ...verifier, accounts, moment }, plan);
  const told = group.filter(wasTold);
  const people = await findPeople(
    { ...verifier, plan, inputOf: (some) => accountInput({ ...verifier, accounts: some, moment }) },
    {
      accounts: [...new Set(told.map(({ accountId }) => accountId))],
      rules: new Set(told.map(({ rule }) => rule)),
    },
  );
  const champions =
    kind === 'close'
      ? await findChampions(
          { ...verifier, plan, input: accountInput({ ...verifier, accounts, moment }) },
          accounts,
        )
      : undefined;
  const unchecked = ranksKnown ? NOTHING : restingOnRanks(plan);
  return group.map((transition) =>
    verifyOne(transition, {
      plan,
      unchecked: (rule) => ({ ...unchecked(rule), champion: leavesChampionOut(transition) }),
      row: rows.get(transition.accountId),
      people: wasTold(transition) ? people.get(transition.accountId) : undefined,
      champion: champions?.get(transition.accountId),
    }),
  );
}

/**
 * A tick tells the champion by what the close before it had brought up to date, which is another bound than its own;
 * and what many were before their rule came is written down without one.
 */
const leavesChampionOut = ({ kind, reason, evidence }: DecidedTransition): boolean =>
  kind === 'tick' || (reason === 'baseline' && evidence.champion === undefined);

interface VerifiedPlace {
  readonly plan: EvaluationPlan;
  readonly unchecked: (rule: Rule | undefined) => Unchecked;
  readonly row: ResultArrays | undefined;
  readonly people: ReadonlyMap<string, LeafPeople> | undefined;
  readonly champion: Champion | undefined;
}

function verifyOne(
  transition: DecidedTransition,
  { plan, unchecked: uncheckedOf, row, people, champion }: VerifiedPlace,
): VerifiedStep {
  const layout = plan.layout.rules.get(transition.rule);
  if (layout === undefined) return notChecked(transition, 'the rule was gone by then');
  if (row === undefined) return notChecked(transition, 'the account was not there yet');
  const { step, day, accountId } = transition;
  const rule = plan.ruleset.rules.get(transition.rule);
  const unchecked = uncheckedOf(rule);
  const found = withPeople(buildEvidence(plan, row, layout), people);
  const differences = compareEvidence(
    transition,
    {
      evidence: champion === undefined ? found : { ...found, champion },
      sentence: rule === undefined ? '' : writeSentence(plan, { rule, accountId, row }),
    },
    unchecked,
  );
  const outcome = differences.length === 0 ? 'reproduced' : 'different';
  return {
    step,
    day,
    outcome,
    differences,
    unchecked: listUnchecked(transition, unchecked),
    note: undefined,
  };
}

const NOTHING = (): Unchecked => ({
  leaf: () => false,
  score: () => false,
  grade: () => false,
  champion: false,
  sentence: false,
});

/** A leaf is known by its subject as written. */
function restingOnRanks({ ruleset }: EvaluationPlan): (rule: Rule | undefined) => Unchecked {
  const judge = new RankJudge(ruleset);
  return (rule) => {
    const conditions = [rule?.who, rule?.when, rule?.resolveWhen].filter((one) => one !== undefined);
    const leaves = conditions.flatMap((condition) => leavesInOrder(condition, ruleset.segments));
    const resting = new Set(
      leaves.filter(({ subject }) => judge.subject(subject)).map(({ text }) => text.subject),
    );
    return {
      leaf: (subject) => resting.has(subject),
      score: (name) => judge.score(name),
      grade: (name) => judge.grade(name),
      champion: false,
      sentence:
        rule?.say === undefined
          ? resting.size > 0
          : rule.say.some((part) => part.kind === 'value' && judge.subject(part.subject)),
    };
  };
}

const notChecked = ({ step, day }: DecidedTransition, note: string): VerifiedStep => ({
  step,
  day,
  outcome: 'not_checked',
  differences: [],
  unchecked: [],
  note,
});

async function readRulesetOf({ store }: Verifier, hash: string): Promise<Ruleset | undefined> {
  const files = await readFilesOf(store, hash);
  const ruleset = files && readStoredRuleset(files).ruleset;
  return ruleset && findEarlierNames(store, ruleset);
}

/** The rules of the group alone, with all scores: raw rows are read for each thing that is asked. */
function compileAsked(
  ruleset: Ruleset | undefined,
  group: Group,
  timezone: TimeZone,
): EvaluationPlan | undefined {
  if (ruleset === undefined) return undefined;
  const asked = new Set(group.map(({ rule }) => rule));
  return compileRuleset(ruleset, { timezone, only: ({ name }) => asked.has(name) });
}
