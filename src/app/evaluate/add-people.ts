// Puts the people behind the numbers into the evidence of signals that open: a score without its reason is not acted on.
import type { AccountId } from '../../model/ids.ts';
import type { Evidence, LeafPeople, SignalState, Transition } from '../../model/signal.ts';
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
 * Only openings that are told to somebody: raw events are read again for them. What is baseline is listed, and can be
 * explained when asked.
 */
export const wasTold = ({ from, to, reason }: Told): boolean =>
  to === 'open' && from !== 'open' && reason !== 'baseline';

interface Told {
  readonly from: SignalState;
  readonly to: SignalState;
  readonly reason: string;
}

export async function addPeople(
  { store, plan, inputOf }: AddPeople,
  transitions: readonly Transition[],
): Promise<readonly Transition[]> {
  const told = transitions.filter(wasTold);
  const rules = new Set(told.map(({ rule }) => rule as string));
  const accounts = [...new Set(told.map(({ accountId }) => accountId))];
  if (accounts.length === 0) return transitions;
  const people = await findPeople({ store, plan, inputOf }, { accounts, rules });
  return transitions.map((transition) =>
    wasTold(transition)
      ? { ...transition, evidence: withPeople(transition.evidence, people.get(transition.accountId)) }
      : transition,
  );
}

export async function findPeople(
  { store, plan: { ruleset, timezone }, inputOf }: AddPeople,
  { accounts, rules }: { readonly accounts: readonly AccountId[]; readonly rules: ReadonlySet<string> },
): Promise<ReadonlyMap<AccountId, ReadonlyMap<string, LeafPeople>>> {
  const asked = [...ruleset.rules.values()].filter((rule: Rule) => rules.has(rule.name));
  const plan = compilePeople({ ruleset, rules: asked, timezone });
  const people = new Map<AccountId, ReadonlyMap<string, LeafPeople>>();
  if (plan.columns.length === 0) return people;
  for (let from = 0; from < accounts.length; from += MOST_ACCOUNTS) {
    const some = accounts.slice(from, from + MOST_ACCOUNTS);
    const statement = writePeople(plan, { ...inputOf(some), raw: true });
    for (const [account, behind] of await readPeople(store, { statement, subjects: plan.columns }))
      people.set(account, behind);
  }
  return people;
}

export function withPeople(
  evidence: Evidence,
  people: ReadonlyMap<string, LeafPeople> | undefined,
): Evidence {
  if (people === undefined) return evidence;
  const leaves = evidence.leaves.map((leaf) => {
    const behind = people.get(leaf.subject);
    return behind === undefined ? leaf : { ...leaf, people: behind };
  });
  return { ...evidence, leaves };
}
