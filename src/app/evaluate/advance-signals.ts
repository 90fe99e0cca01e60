// Takes rows of results through the life of their signals, page by page, and saves the transitions.
import type { Corrections } from '../../model/corrections.ts';
import type { AccountId } from '../../model/ids.ts';
import type { Signal, Transition } from '../../model/signal.ts';
import type { EpochMicros } from '../../model/time.ts';
import type { EvaluationPlan } from '../../rules/compile/plan.ts';
import { namesOfRule } from '../../rules/names-of-rule.ts';
import type { Rule } from '../../rules/rule.ts';
import { advanceAccount, type Moment } from '../../scoring/advance-account.ts';
import { type Breaker, maxNewPerDay } from '../../scoring/hold-openings.ts';
import { accountRange } from '../../store/evaluation/account-range.ts';
import type { ResultRow } from '../../store/evaluation/read-candidates.ts';
import type { RuleAge } from '../../store/evaluation/read-rule-ages.ts';
import { readSignals } from '../../store/evaluation/read-signals.ts';
import {
  type ChangedSignal,
  readChangedSignals,
  saveTransitions,
} from '../../store/evaluation/save-transitions.ts';
import { addChampions } from './add-champions.ts';
import { addPeople } from './add-people.ts';
import { chooseInput } from './choose-input.ts';
import type { Evaluator } from './evaluator.ts';

export interface AdvancePage {
  readonly plan: EvaluationPlan;
  readonly moment: Moment;
  readonly tick: EpochMicros;
  readonly breaker: Breaker;
  readonly ruleAges: ReadonlyMap<string, RuleAge>;
  readonly corrections: Corrections;
  /** How many accounts there are, for `max_new_per_day`. */
  readonly accounts: number;
  /** Sorted by account. */
  readonly rows: readonly ResultRow[];
  /** Accounts that are not there any more, sorted, where there are no rows. */
  readonly gone?: readonly AccountId[];
}

export interface Advanced {
  readonly transitions: readonly Transition[];
  /** Signals of which our write is the one in force. */
  readonly changed: readonly ChangedSignal[];
}

/** Written first, read back afterwards: of two evaluators at once only the first write of a step is delivered. */
export async function advanceSignals(evaluator: Evaluator, page: AdvancePage): Promise<Advanced> {
  const { gone = [] } = page;
  if (page.rows.length + gone.length === 0) return { transitions: [], changed: [] };
  const range = accountRange([...page.rows.map((row) => row.account_id), ...gone]);
  const signals = groupByAccount(await readSignals(evaluator.store, range));
  const own = (accountId: AccountId) => {
    const { plan, moment } = page;
    return { plan, moment, accountId, signals: signals.get(accountId) ?? new Map<string, Signal>() };
  };
  const advanced = [
    ...page.rows.flatMap((row) =>
      advanceAccount({
        ...own(row.account_id),
        row: { ...row, scores: row.scores.map((score) => (score === null ? null : Number(score))) },
        ...judge(page, row),
      }),
    ),
    ...gone.flatMap((account) => advanceAccount({ ...own(account), row: undefined, ...OPENS_NOTHING })),
  ];
  const { store } = evaluator;
  const withPeople = await addPeople({ ...page, store, inputOf: inputOf(evaluator, page) }, advanced);
  const transitions = await addChampions({ ...page, store, input: inputOf(evaluator, page)() }, withPeople);
  const written = { tick: page.tick, writer: evaluator.writer };
  const { past, timezone } = evaluator;
  const { kind } = page.moment;
  await saveTransitions(evaluator.store, { transitions, ...written, past, kind, timezone });
  if (transitions.length === 0) return { transitions, changed: [] };
  return { transitions, changed: await readChangedSignals(evaluator.store, { range, ...written }) };
}

const inputOf =
  ({ timezone }: Evaluator, { moment, tick, corrections }: AdvancePage) =>
  (only?: readonly AccountId[]) =>
    chooseInput({ ...moment, timezone, tick, corrections, ...(only === undefined ? {} : { only }) });

const OPENS_NOTHING = { isBaseline: () => false, mayOpen: () => false, hold: () => false };

/** What depends on the history of a rule: baseline at its first close, no early opening before it. */
function judge({ ruleAges, breaker, accounts }: AdvancePage, row: ResultRow) {
  const knownBefore = (rule: Rule) => Number(row.first_known) <= (ruleAges.get(rule.name)?.appliedAt ?? 0);
  const closedBefore = (rule: Rule) =>
    namesOfRule(rule).some((name) => ruleAges.get(name)?.closedBefore === true);
  return {
    isBaseline: (rule: Rule) => !closedBefore(rule) && knownBefore(rule),
    mayOpen: (rule: Rule) => closedBefore(rule) || !knownBefore(rule),
    hold: (rule: Rule) => breaker.hold(rule.name, maxNewPerDay(rule.maxNewPerDay, accounts)),
  };
}

function groupByAccount(signals: readonly Signal[]): ReadonlyMap<AccountId, ReadonlyMap<string, Signal>> {
  const groups = new Map<AccountId, Map<string, Signal>>();
  for (const signal of signals) {
    const group = groups.get(signal.accountId) ?? new Map<string, Signal>();
    groups.set(signal.accountId, group.set(signal.rule, signal));
  }
  return groups;
}
