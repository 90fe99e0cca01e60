// Puts the account's champion into the evidence of its signals: whoever gets a lead or an alert knows whom to talk to.
import type { AccountId } from '../../model/ids.ts';
import type { Champion, Person, Transition } from '../../model/signal.ts';
import type { Store } from '../../model/store.ts';
import { dayFromNumber } from '../../model/time.ts';
import type { EvaluationInput } from '../../rules/compile/evaluation-input.ts';
import type { EvaluationPlan } from '../../rules/compile/plan.ts';
import { writeChampionPeople } from '../../rules/compile/write-champion-people.ts';
import { describePerson } from '../../scoring/describe-person.ts';
import { accountRange } from '../../store/evaluation/account-range.ts';
import { type ChampionRow, readChampions } from '../../store/evaluation/read-champions.ts';

export interface AddChampions {
  readonly store: Store;
  readonly plan: EvaluationPlan;
  /** Of the T; what it says of accounts is not asked. */
  readonly input: EvaluationInput;
}

export async function addChampions(
  options: AddChampions,
  transitions: readonly Transition[],
): Promise<readonly Transition[]> {
  const accounts = [...new Set(transitions.map(({ accountId }) => accountId))];
  const champions = await findChampions(options, accounts);
  return transitions.map((transition) => {
    const champion = champions.get(transition.accountId);
    return champion === undefined
      ? transition
      : { ...transition, evidence: { ...transition.evidence, champion } };
  });
}

/** As of the last close; `accounts` are sorted. Accounts that have nobody are left out. */
export async function findChampions(
  { store, plan, input }: AddChampions,
  accounts: readonly AccountId[],
): Promise<ReadonlyMap<AccountId, Champion>> {
  if (accounts.length === 0) return new Map();
  const range = accountRange(accounts);
  const day = input.lastClosed;
  const people = await readChampions(
    store,
    writeChampionPeople(plan, {
      ...input,
      day,
      accounts: range.sql,
      params: { ...input.params, ...range.params },
    }),
  );
  const found = [...people].flatMap(([account, [first, ...next]]) =>
    first === undefined ? [] : [[account, toChampion(first, next, day)] as const],
  );
  return new Map(found);
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
