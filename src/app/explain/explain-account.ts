// `tidemark explain`: every rule for one account, with the values that decide, the people behind them, and what is
// missing; from raw events, through the real evaluator.
import type { AccountId } from '../../model/ids.ts';
import type { Champion } from '../../model/signal.ts';
import { compileRuleset } from '../../rules/compile/compile-ruleset.ts';
import { findRule } from '../../rules/find-rule.ts';
import type { Subject } from '../../rules/metric.ts';
import type { Rule } from '../../rules/rule.ts';
import type { Ruleset } from '../../rules/ruleset.ts';
import { RankJudge } from '../../scoring/rank-judge.ts';
import { buildEvidence } from '../../scoring/read-facts.ts';
import { readCorrections } from '../../store/evaluation/read-corrections.ts';
import { type DecidedTransition, readAccountHistory } from '../../store/read/read-decided-transitions.ts';
import { loadAppliedRules } from '../apply-rules.ts';
import { findChampions } from '../evaluate/add-champions.ts';
import { findPeople } from '../evaluate/add-people.ts';
import {
  chooseMoment,
  describeMoment,
  type ExplainMoment,
  findNextClose,
  type MomentChoice,
} from './choose-moment.ts';
import { accountInput, evaluateAccounts } from './evaluate-accounts.ts';
import { ExplainError, noSuchAccount, noSuchRule } from './explain-error.ts';
import { type ExplainPlace, explainRule, historyOf } from './explain-rule.ts';
import type { ExplainedRule, Explanation, VerifiedStep } from './explanation.ts';
import { verifyTransitions } from './verify-transitions.ts';

export interface ExplainAccount extends MomentChoice {
  readonly account: AccountId;
  /** By a name that it has or had; undefined: all rules. */
  readonly rule: string | undefined;
  readonly verify: boolean;
}

/** @throws ExplainError */
export async function explainAccount(options: ExplainAccount): Promise<Explanation> {
  const { store, clock, timezone, account } = options;
  const ruleset = await loadAppliedRules(store);
  if (ruleset === undefined) throw new ExplainError('no rules are in force yet: tidemark rules apply DIR');
  const rules = chooseRules(ruleset, options.rule);
  const asked = new Set(rules.map(({ name }) => name as string));
  // Raw rows are read for each thing that is asked: of metrics that no rule asks nobody hears.
  const plan = compileRuleset(ruleset, { timezone, only: ({ name }) => asked.has(name) });
  const tick = clock.now();
  const moment = {
    ...(await chooseMoment(options)),
    known: tick,
    timezone,
    corrections: await readCorrections(store),
  };
  const looked = { accounts: [account], moment, tick };
  const { rows, ranksKnown } = await evaluateAccounts({ store, ...looked }, plan);
  const row = rows.get(account);
  if (row === undefined) throw await noSuchAccount(store, account, describeMoment(moment));
  const people = await findPeople(
    { store, plan, inputOf: () => accountInput(looked) },
    { accounts: [account], rules: asked },
  );
  // Of a moment of the past also the signals are told as they were then.
  const history = (await readAccountHistory(store, account)).filter(
    ({ at }) => options.at === undefined || at <= moment.at,
  );
  const judge = new RankJudge(ruleset);
  const ranksGone = (subject: Subject) => !ranksKnown && judge.subject(subject);
  const place = {
    plan,
    row,
    people: people.get(account) ?? new Map(),
    history,
    ranksGone,
    next: await findNextClose(store, moment),
  };
  const signals = rules.map((rule) => explainRule(rule, place));
  const verified = options.verify ? await verifyOpenOnes(options, rules, history) : undefined;
  const explained = signals.map((signal) => ({
    ...signal,
    verified: verified === undefined ? undefined : (verified.get(signal.rule) ?? []),
  }));
  const champions = await findChampions({ store, plan, input: accountInput(looked) }, [account]);
  const champion = champions.get(account) ?? null;
  return describe(options, { ...place, moment, rules: explained, champion });
}

function chooseRules(ruleset: Ruleset, name: string | undefined): readonly Rule[] {
  const rules = [...ruleset.rules.values()].filter(({ stage }) => stage !== 'draft');
  if (name === undefined) return rules;
  const found = findRule(ruleset, name);
  if (found?.stage === 'draft')
    throw new ExplainError(`the rule "${found.name}" is a draft: it is not evaluated`);
  if (found !== undefined) return [found];
  throw noSuchRule(
    name,
    rules.map((rule) => rule.name),
  );
}

/** By rule, the steps of each open episode, whatever the rule was called then: what people were told. */
async function verifyOpenOnes(
  { store, clock, timezone }: ExplainAccount,
  rules: readonly Rule[],
  history: readonly DecidedTransition[],
): Promise<ReadonlyMap<string, readonly VerifiedStep[]>> {
  const told = rules.flatMap((rule) => {
    const latest = historyOf(rule, history).at(-1);
    if (latest === undefined || (latest.to !== 'open' && latest.to !== 'recovering')) return [];
    const own = history.filter(({ episode }) => episode === latest.episode);
    return own.map((transition) => ({ rule: rule.name, transition }));
  });
  const steps = await verifyTransitions(
    { store, timezone, tick: clock.now() },
    told.map(({ transition }) => transition),
  );
  const byRule = new Map<string, VerifiedStep[]>();
  for (const [index, step] of steps.entries()) {
    const rule = told[index]?.rule ?? '';
    byRule.set(rule, [...(byRule.get(rule) ?? []), step]);
  }
  return byRule;
}

interface Described extends ExplainPlace {
  readonly moment: ExplainMoment;
  readonly rules: readonly ExplainedRule[];
  readonly champion: Champion | null;
}

function describe(
  { account, timezone }: ExplainAccount,
  { plan, row, moment, rules, champion }: Described,
): Explanation {
  const any = plan.layout.rules.values().next().value;
  const evidence = any === undefined ? undefined : buildEvidence(plan, row, any);
  const name = evidence?.traits.name;
  return {
    account,
    name: typeof name === 'string' ? name : null,
    at: moment.at,
    day: moment.day,
    kind: moment.kind,
    timezone,
    rules,
    scores: evidence?.scores ?? {},
    champion,
  };
}
