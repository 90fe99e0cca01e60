// Puts the people behind the numbers into the evidence of signals that open: a score without its reason is not acted on.
import type { AccountId } from '../../model/ids.ts';
import type { LeafPeople, Transition } from '../../model/signal.ts';
import type { Store } from '../../model/store.ts';
import { compilePeople } from '../../rules/compile/compile-people.ts';
import type { EvaluationInput } from '../../rules/compile/evaluation-input.ts';
import type { EvaluationPlan } from '../../rules/compile/plan.ts';
import { writePeople } from '../../rules/compile/write-people.ts';
import type { Rule } from '../../rules/rule.ts';
import { readPeople } from '../../store/evaluation/read-people.ts';

export interface AddPeople {
  readonly store: Store;
  readonly plan: EvaluationPlan;
  /** Of the same T and tick, for the accounts named. */
  readonly inputOf: (accounts: readonly AccountId[]) => EvaluationInput;
}

/** Ids travel within the statement, whose length is bounded. */
const MOST_ACCOUNTS = 500;

/**
 * Only of openings that are told to somebody: raw events are read again for them. What is baseline is listed, and can
 * be explained when asked.
 */
export async function addPeople(
  { store, plan, inputOf }: AddPeople,
  transitions: readonly Transition[],
): Promise<readonly Transition[]> {
  const told = transitions.filter(
    ({ from, to, reason }) => to === 'open' && from !== 'open' && reason !== 'baseline',
  );
  const rules = new Set(told.map(({ rule }) => rule as string));
  const accounts = [...new Set(told.map(({ accountId }) => accountId))];
  if (accounts.length === 0) return transitions;
  const people = new Map<AccountId, ReadonlyMap<string, LeafPeople>>();
  for (let from = 0; from < accounts.length; from += MOST_ACCOUNTS) {
    const some = accounts.slice(from, from + MOST_ACCOUNTS);
    const found = await findPeople({ store, plan, inputOf }, { accounts: some, rules });
    for (const [account, behind] of found) people.set(account, behind);
  }
  return transitions.map((transition) =>
    told.includes(transition) ? withPeople(transition, people.get(transition.accountId)) : transition,
  );
}

export async function findPeople(
  { store, plan, inputOf }: AddPeople,
  { accounts, rules }: { readonly accounts: readonly AccountId[]; readonly rules: ReadonlySet<string> },
): Promise<ReadonlyMap<AccountId, ReadonlyMap<string, LeafPeople>>> {
  const { ruleset, timezone } = plan;
  const asked = [...ruleset.rules.values()].filter((rule: Rule) => rules.has(rule.name));
  const people = compilePeople({ ruleset, rules: asked, timezone });
  if (people.columns.length === 0) return new Map();
  const statement = writePeople(people, { ...inputOf(accounts), raw: true });
  return readPeople(store, { statement, subjects: people.columns });
}

function withPeople(transition: Transition, people: ReadonlyMap<string, LeafPeople> | undefined): Transition {
  if (people === undefined) return transition;
  const leaves = transition.evidence.leaves.map((leaf) => {
    const behind = people.get(leaf.subject);
    return behind === undefined ? leaf : { ...leaf, people: behind };
  });
  return { ...transition, evidence: { ...transition.evidence, leaves } };
}
