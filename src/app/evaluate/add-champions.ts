// Puts the account's champion into the evidence of its signals: whoever gets a lead or an alert knows whom to talk to.
import type { AccountId } from '../../model/ids.ts';
import type { Champion, Person, Transition } from '../../model/signal.ts';
import type { Store } from '../../model/store.ts';
import { dayFromNumber } from '../../model/time.ts';
import type { EvaluationInput } from '../../rules/compile/evaluation-input.ts';
import type { EvaluationPlan } from '../../rules/compile/plan.ts';
import { writeChampionPeople } from '../../rules/compile/write-champion-people.ts';
import { describePerson } from '../../scoring/describe-person.ts';
import { type ChampionRow, readChampions } from '../../store/evaluation/read-champions.ts';

export interface AddChampions {
  readonly store: Store;
  readonly plan: EvaluationPlan;
  /** Of the T; what it says of accounts is not asked. */
  readonly input: EvaluationInput;
}

/** Ids travel within the statement, whose length is bounded. */
const MOST_AT_ONCE = 500;
/** Of a page. What a new rule finds at its first close may be everybody. */
const MOST_WITH_BASELINE = 2_000;

/** Where many were so before their rule came, which is listed and not told, those are left without. */
export async function addChampions(
  options: AddChampions,
  transitions: readonly Transition[],
): Promise<readonly Transition[]> {
  const all = accountsOf(transitions);
  const told = transitions.filter(({ reason }) => reason !== 'baseline');
  const champions = await findChampions(options, all.length > MOST_WITH_BASELINE ? accountsOf(told) : all);
  return transitions.map((transition) => {
    const champion = champions.get(transition.accountId);
    return champion === undefined
      ? transition
      : { ...transition, evidence: { ...transition.evidence, champion } };
  });
}

const accountsOf = (transitions: readonly Transition[]): readonly AccountId[] => [
  ...new Set(transitions.map(({ accountId }) => accountId)),
];

/** As of the last close. Accounts that have nobody are left out. */
export async function findChampions(
  options: AddChampions,
  accounts: readonly AccountId[],
): Promise<ReadonlyMap<AccountId, Champion>> {
  const found = new Map<AccountId, Champion>();
  for (let from = 0; from < accounts.length; from += MOST_AT_ONCE) {
    const some = await findSome(options, accounts.slice(from, from + MOST_AT_ONCE));
    for (const [account, champion] of some) found.set(account, champion);
  }
  return found;
}

async function findSome(
  { store, plan, input }: AddChampions,
  accounts: readonly AccountId[],
): Promise<readonly (readonly [AccountId, Champion])[]> {
  const day = input.lastClosed;
  const statement = writeChampionPeople(plan, {
    ...input,
    day,
    accounts: 'account_id IN {accounts:Array(String)}',
    params: { ...input.params, accounts },
  });
  return [...(await readChampions(store, statement))].flatMap(([account, [first, ...next]]) =>
    first === undefined ? [] : [[account, toChampion(first, next, day)] as const],
  );
}

const toChampion = (row: ChampionRow, next: readonly ChampionRow[], day: number): Champion => ({
  ...toPerson(row, day),
  since: dayFromNumber(row.since),
  next: next.map((one) => toPerson(one, day)),
});

function toPerson(row: ChampionRow, day: number): Person {
  const idleDays = row.last_day === null ? null : day - row.last_day;
  const { role } = row;
  return {
    userId: row.user_id,
    name: row.name ?? row.email ?? row.user_id,
    email: row.email,
    role,
    points: Math.round(Number(row.points) / 10_000) / 100,
    idleDays,
    reasons: describePerson({
      activeDays: Number(row.active_days),
      used: Number(row.used),
      names: Number(row.names),
      invitations: Number(row.invited),
      role,
      roleCounts: row.counts === 1,
      idleDays,
    }),
  };
}
