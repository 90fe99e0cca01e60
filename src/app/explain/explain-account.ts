// `tidemark explain`: every rule for one account, with the values that decide, the people behind them, and what is
// missing; from raw events, through the real evaluator.
import type { Clock } from '../../model/clock.ts';
import type { AccountId } from '../../model/ids.ts';
import type { Champion, LeafPeople } from '../../model/signal.ts';
import type { Store } from '../../model/store.ts';
import {
  type Day,
  dayOf,
  type EpochMillis,
  endOfDay,
  microsToMillis,
  type TimeZone,
} from '../../model/time.ts';
import { compileRuleset } from '../../rules/compile/compile-ruleset.ts';
import type { EvaluationPlan } from '../../rules/compile/plan.ts';
import type { Subject } from '../../rules/metric.ts';
import type { Rule } from '../../rules/rule.ts';
import { explainCondition, findFurthest } from '../../scoring/explain-condition.ts';
import { RankJudge } from '../../scoring/rank-judge.ts';
import { buildEvidence, type ResultArrays } from '../../scoring/read-facts.ts';
import { readLastClose } from '../../store/evaluation/read-progress.ts';
import { type DecidedTransition, readAccountHistory } from '../../store/read/read-decided-transitions.ts';
import { loadAppliedRules } from '../apply-rules.ts';
import { findChampions } from '../evaluate/add-champions.ts';
import { findPeople } from '../evaluate/add-people.ts';
import { accountInput, evaluateAccounts } from './evaluate-accounts.ts';
import type { ExplainedRule, Explanation, VerifiedStep } from './explanation.ts';
import { type Verifier, verifyTransitions } from './verify-transitions.ts';

export interface ExplainAccount {
  readonly store: Store;
  readonly clock: Clock;
  readonly timezone: TimeZone;
  readonly account: AccountId;
  /** Undefined: all rules. */
  readonly rule: string | undefined;
  /** A day is looked at as at its close; undefined: the last close, else now. */
  readonly at: Day | EpochMillis | undefined;
  readonly verify: boolean;
}

/** What was asked for is not there. */
export class ExplainError extends Error {
  override readonly name = 'ExplainError';
}

/** @throws ExplainError */
export async function explainAccount(options: ExplainAccount): Promise<Explanation> {
  const { store, clock, timezone, account } = options;
  const ruleset = await loadAppliedRules(store);
  if (ruleset === undefined) throw new ExplainError('no rules are in force yet: tidemark rules apply DIR');
  const plan = compileRuleset(ruleset, { timezone });
  const rules = chooseRules(plan, options.rule);
  const tick = clock.now();
  const moment = { ...(await chooseMoment(options)), known: tick, timezone };
  const asked = { accounts: [account], moment, tick };
  const { rows, ranksKnown } = await evaluateAccounts({ store, ...asked }, plan);
  const row = rows.get(account);
  if (row === undefined)
    throw new ExplainError(
      `no account "${account}" was there at ${new Date(moment.at).toISOString()}; tidemark sql "SELECT account_id FROM accounts_current" lists them`,
    );
  const people = await findPeople(
    { store, plan, inputOf: () => accountInput(asked) },
    { accounts: [account], rules: new Set(rules.map(({ name }) => name as string)) },
  );
  // Of a moment of the past also the signals are told as they were then.
  const history = (await readAccountHistory(store, account)).filter(
    ({ at }) => options.at === undefined || at <= moment.at,
  );
  const verifier = { store, timezone, tick };
  const judge = new RankJudge(ruleset);
  const ranksGone = (subject: Subject) => !ranksKnown && judge.subject(subject);
  const place = { plan, row, people: people.get(account) ?? new Map(), history, ranksGone };
  const explained: ExplainedRule[] = [];
  for (const rule of rules) {
    const signal = explainRule(rule, place);
    const verified = options.verify ? await verifyRule(verifier, signal, history) : undefined;
    explained.push({ ...signal, verified });
  }
  const champions = await findChampions({ store, plan, input: accountInput(asked) }, [account]);
  const champion = champions.get(account) ?? null;
  return describe(options, { ...place, moment, rules: explained, champion });
}

function chooseRules({ ruleset }: EvaluationPlan, name: string | undefined): readonly Rule[] {
  const rules = [...ruleset.rules.values()].filter(({ stage }) => stage !== 'draft');
  if (name === undefined) return rules;
  const found = rules.filter((rule) => rule.name === name);
  if (found.length > 0) return found;
  const draft = ruleset.rules.has(name);
  throw new ExplainError(
    draft
      ? `the rule "${name}" is a draft: it is not evaluated`
      : `no rule is called "${name}"; there are: ${rules.map((rule) => rule.name).join(', ')}`,
  );
}

async function chooseMoment({ store, clock, timezone, at }: ExplainAccount) {
  const day = at === undefined ? await readLastClose(store) : at;
  if (typeof day === 'string') {
    const end = (endOfDay(day, timezone) - 1) as EpochMillis;
    if (at !== undefined && end > microsToMillis(clock.now()))
      throw new ExplainError(`${day} is not over: name an earlier day, or an instant of it`);
    return { kind: 'close' as const, day, at: end };
  }
  const instant = day ?? microsToMillis(clock.now());
  return { kind: 'tick' as const, day: dayOf(instant, timezone), at: instant };
}

interface ExplainPlace {
  readonly plan: EvaluationPlan;
  readonly row: ResultArrays;
  readonly people: ReadonlyMap<string, LeafPeople>;
  readonly history: readonly DecidedTransition[];
  readonly ranksGone: (subject: Subject) => boolean;
}

function explainRule(
  rule: Rule,
  { plan, row, people, history, ranksGone }: ExplainPlace,
): Omit<ExplainedRule, 'verified'> {
  const leaves = plan.layout.rules.get(rule.name)?.leaves ?? [];
  const place = { row, leaves, people, ranksGone, segments: plan.ruleset.segments };
  const [who, when, resolveWhen] = [rule.who, rule.when, rule.resolveWhen].map((condition) =>
    condition === undefined ? undefined : explainCondition(condition, place),
  );
  if (when === undefined) throw new Error(`rule "${rule.name}" has no condition`);
  const latest = history.filter((transition) => transition.rule === rule.name).at(-1);
  return {
    rule: rule.name,
    kind: rule.kind,
    stage: rule.stage,
    state: latest?.to ?? 'none',
    since: latest?.since,
    severity: latest?.severity,
    sentence: latest?.sentence,
    held: latest?.held ?? false,
    silent: latest?.silent ?? false,
    who,
    when,
    resolveWhen,
    // Who is not meant is the first thing to know.
    furthest: (who === undefined ? undefined : findFurthest(who)) ?? findFurthest(when),
  };
}

/** The steps of the open episode: what people were told. */
async function verifyRule(
  verifier: Verifier,
  signal: Omit<ExplainedRule, 'verified'>,
  history: readonly DecidedTransition[],
): Promise<readonly VerifiedStep[]> {
  if (signal.state !== 'open' && signal.state !== 'recovering') return [];
  const own = history.filter(({ rule }) => rule === signal.rule);
  const episode = own.at(-1)?.episode;
  return verifyTransitions(
    verifier,
    own.filter((transition) => transition.episode === episode),
  );
}

interface Described extends ExplainPlace {
  readonly moment: { readonly at: EpochMillis; readonly day: Day; readonly kind: 'close' | 'tick' };
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
