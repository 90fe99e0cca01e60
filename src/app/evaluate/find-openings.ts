// Finds what a tick may open: first which conditions hold, for rules that the changed events can open at all, then the
// whole result of the few accounts whose signal is not there yet. It opens nothing, and may find too much, never too
// little of what the whole statement of all rising rules would open after these changes.
import type { AccountId } from '../../model/ids.ts';
import type { EpochMicros } from '../../model/time.ts';
import type { EvaluationInput } from '../../rules/compile/evaluation-input.ts';
import type { EvaluationPlan } from '../../rules/compile/plan.ts';
import { writeOpenings } from '../../rules/compile/write-openings.ts';
import { writeStatement } from '../../rules/compile/write-statement.ts';
import { namesOf } from '../../rules/names-of-rule.ts';
import { dropPrepared, readRankTick } from '../../store/evaluation/prepared-values.ts';
import { readAnnouncedEvents } from '../../store/evaluation/read-announced-events.ts';
import type { ResultRow } from '../../store/evaluation/read-candidates.ts';
import { type HoldingRow, readAliveRules, readHolding } from '../../store/evaluation/read-holding.ts';
import { readOpenable } from '../../store/evaluation/read-openable.ts';
import { chooseDeciding } from './choose-deciding.ts';
import { chooseInput, type InputMoment } from './choose-input.ts';
import type { Evaluator } from './evaluator.ts';
import { prepareSequences } from './prepare-values.ts';
import type { Plans } from './remember-plans.ts';

type TickMoment = Omit<InputMoment, 'kind' | 'timezone' | 'tick' | 'only'> & { readonly tick: EpochMicros };

export interface Openings {
  readonly plan: EvaluationPlan;
  /** Sorted by account. */
  readonly rows: readonly ResultRow[];
}

/** Undefined when nothing may open. What was prepared for it is of no use to anybody else, whatever happens. */
export async function findOpenings(
  evaluator: Evaluator & { readonly plans: Plans },
  moment: TickMoment,
): Promise<Openings | undefined> {
  const { store, ruleset, plans } = evaluator;
  // What becomes possible without a change (a cooldown over, a date come) is left to the close, which decides.
  const rules = plans.openable(ruleset, await readAnnouncedEvents(store, moment.tick));
  if (rules.length === 0) return undefined;
  const deciding = plans.only(ruleset, rules);
  let prepared = deciding.preparations.length > 0;
  try {
    const opening = await findOpening(evaluator, deciding, moment);
    if (opening.accounts.length === 0) return undefined;
    const plan = plans.only(ruleset, opening.rules);
    prepared ||= plan.preparations.length > 0;
    const input = await prepareInput(evaluator, plan, { ...moment, only: opening.accounts });
    const deciders = chooseDeciding(plan);
    const rows = await readOpenable(store, { statement: writeStatement(plan, input), deciding: deciders });
    return { plan, rows };
  } finally {
    if (prepared) await dropPrepared(store, moment.tick);
  }
}

interface Opening {
  readonly rules: readonly string[];
  readonly accounts: readonly AccountId[];
}

async function findOpening(evaluator: Evaluator, plan: EvaluationPlan, moment: TickMoment): Promise<Opening> {
  const { store } = evaluator;
  const input = await prepareInput(evaluator, plan, moment);
  const [holding, alive] = await Promise.all([
    readHolding(store, writeOpenings(plan, input)),
    readAliveRules(store, { tick: moment.tick, ...namesOfRules(plan) }),
  ]);
  return leaveOutAlive([...plan.layout.rules.keys()], holding, alive);
}

function leaveOutAlive(
  rules: readonly string[],
  holding: readonly HoldingRow[],
  alive: ReadonlyMap<AccountId, ReadonlySet<string>>,
): Opening {
  const opening = new Set<string>();
  const accounts: AccountId[] = [];
  for (const { account_id: account, holding: positions } of holding) {
    const names = positions.flatMap((position) => rules[position - 1] ?? []);
    const missing = names.filter((name) => alive.get(account)?.has(name) !== true);
    if (missing.length > 0) accounts.push(account);
    for (const name of missing) opening.add(name);
  }
  return { rules: rules.filter((name) => opening.has(name)), accounts };
}

/** A name that two rules have had says nothing of either. */
function namesOfRules({ layout, ruleset }: EvaluationPlan) {
  const pairs = [...layout.rules.keys()].flatMap((owner) =>
    namesOf(ruleset, owner).map((name) => ({ name, owner })),
  );
  const own = pairs.filter(({ name }) => pairs.filter((other) => other.name === name).length === 1);
  return { names: own.map(({ name }) => name), owners: own.map(({ owner }) => owner) };
}

/** With what statements of their own compute before. */
async function prepareInput(
  { store, timezone }: Evaluator,
  plan: EvaluationPlan,
  moment: TickMoment & Pick<InputMoment, 'only'>,
): Promise<EvaluationInput> {
  const chosen = chooseInput({ ...moment, kind: 'tick', timezone });
  const prepares = plan.preparations.length > 0;
  const input = { ...chosen, ranksOf: prepares ? await readRankTick(store) : 0 };
  await prepareSequences(store, plan, input);
  return input;
}
