// `tidemark explain`: every rule for one account, with the values that decide, the people behind them, and what is
// missing; from raw events, through the real evaluator.
import type { Clock } from '../../model/clock.ts';
import type { AccountId } from '../../model/ids.ts';
import type { Champion, LeafPeople } from '../../model/signal.ts';
import type { Store } from '../../model/store.ts';
import {
  addDays,
  type Day,
  dayOf,
  type EpochMillis,
  endOfDay,
  microsToMillis,
  type TimeZone,
} from '../../model/time.ts';
import { compileRuleset } from '../../rules/compile/compile-ruleset.ts';
import type { EvaluationPlan } from '../../rules/compile/plan.ts';
import { findRule } from '../../rules/find-rule.ts';
import type { Subject } from '../../rules/metric.ts';
import { namesOfRule } from '../../rules/names-of-rule.ts';
import type { Rule } from '../../rules/rule.ts';
import type { Ruleset } from '../../rules/ruleset.ts';
import { explainCondition, findFurthest } from '../../scoring/explain-condition.ts';
import { explainStanding, type Standing } from '../../scoring/explain-standing.ts';
import { RankJudge } from '../../scoring/rank-judge.ts';
import { buildEvidence, type ResultArrays } from '../../scoring/read-facts.ts';
import { accountRange } from '../../store/evaluation/account-range.ts';
import { readLastClose } from '../../store/evaluation/read-progress.ts';
import { readSignals } from '../../store/evaluation/read-signals.ts';
import { type DecidedTransition, readAccountHistory } from '../../store/read/read-decided-transitions.ts';
import { loadAppliedRules } from '../apply-rules.ts';
import { findChampions } from '../evaluate/add-champions.ts';
import { findPeople } from '../evaluate/add-people.ts';
import { accountInput, evaluateAccounts } from './evaluate-accounts.ts';
import { ExplainError, noSuchAccount, noSuchRule } from './explain-error.ts';
import type { ExplainedRule, Explanation, VerifiedStep } from './explanation.ts';
import { verifyTransitions } from './verify-transitions.ts';

export interface ExplainAccount {
  readonly store: Store;
  readonly clock: Clock;
  readonly timezone: TimeZone;
  readonly account: AccountId;
  /** By a name that it has or had; undefined: all rules. */
  readonly rule: string | undefined;
  /** A day is looked at as at its close; undefined: the last close, else now. */
  readonly at: Day | EpochMillis | undefined;
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
  const moment = { ...(await chooseMoment(options)), known: tick, timezone };
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
    hashes: await readHashes(store, account),
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

interface ExplainMoment {
  readonly kind: 'close' | 'tick';
  readonly day: Day;
  readonly at: EpochMillis;
}

async function chooseMoment({ store, clock, timezone, at }: ExplainAccount): Promise<ExplainMoment> {
  const now = microsToMillis(clock.now());
  const day = at === undefined ? await readLastClose(store) : at;
  if (typeof day === 'string') {
    const end = (endOfDay(day, timezone) - 1) as EpochMillis;
    if (at !== undefined && end > now)
      throw new ExplainError(`${day} is not over: name an earlier day, or an instant of it`);
    return { kind: 'close', day, at: end };
  }
  const instant = day ?? now;
  if (instant > now)
    throw new ExplainError(`${tellInstant(instant)} is still to come: name a time that is past`);
  return { kind: 'tick', day: dayOf(instant, timezone), at: instant };
}

type NextClose = Pick<Standing, 'day' | 'kind'>;

/** A day that is over waits a while for its close. */
async function findNextClose(store: Store, { kind, day }: ExplainMoment): Promise<NextClose> {
  const last = await readLastClose(store);
  const closed = kind === 'close' && last !== undefined && day <= last;
  return closed ? { kind: 'close', day: addDays(day, 1) } : { kind: 'tick', day };
}

/** What each signal's condition was at its latest transition; of those before it this is not told. */
async function readHashes(store: Store, account: AccountId): Promise<ReadonlyMap<string, string>> {
  const signals = await readSignals(store, accountRange([account]));
  return new Map(signals.map(({ rule, step, ruleHash }) => [`${rule} ${step}`, ruleHash]));
}

const describeMoment = ({ kind, day, at }: ExplainMoment): string =>
  kind === 'close' ? `at the close of ${day}` : `at ${tellInstant(at)}`;

const tellInstant = (at: EpochMillis): string => new Date(at).toISOString().replace('.000Z', 'Z');

interface ExplainPlace {
  readonly plan: EvaluationPlan;
  readonly row: ResultArrays;
  readonly people: ReadonlyMap<string, LeafPeople>;
  readonly history: readonly DecidedTransition[];
  readonly ranksGone: (subject: Subject) => boolean;
  readonly next: NextClose;
  readonly hashes: ReadonlyMap<string, string>;
}

function explainRule(
  rule: Rule,
  { plan, row, people, history, ranksGone, next, hashes }: ExplainPlace,
): Omit<ExplainedRule, 'verified'> {
  const leaves = plan.layout.rules.get(rule.name)?.leaves ?? [];
  const place = { row, leaves, people, ranksGone, segments: plan.ruleset.segments };
  const [who, when, resolveWhen] = [rule.who, rule.when, rule.resolveWhen].map((condition) =>
    condition === undefined ? undefined : explainCondition(condition, place),
  );
  if (when === undefined) throw new Error(`rule "${rule.name}" has no condition`);
  const latest = historyOf(rule, history).at(-1);
  const state = latest?.to ?? 'none';
  return {
    rule: rule.name,
    kind: rule.kind,
    stage: rule.stage,
    state,
    since: latest?.since,
    severity: latest?.severity,
    sentence: latest?.sentence,
    told: latest?.day,
    reason: latest?.reason,
    held: latest?.held ?? false,
    silent: latest?.silent ?? false,
    who,
    when,
    resolveWhen,
    standing: explainStanding(rule, {
      signal: latest === undefined ? undefined : describeSignal(latest, hashes),
      facts: { who: who?.outcome ?? 'true', when: when.outcome, resolveWhen: resolveWhen?.outcome },
      ...next,
    }),
    // Who is not meant is the first thing to know.
    furthest: (who === undefined ? undefined : findFurthest(who)) ?? findFurthest(when),
  };
}

/** Under each name that the rule has had, which until the next close may be all that there is. */
function historyOf(rule: Rule, history: readonly DecidedTransition[]): readonly DecidedTransition[] {
  const names = new Set<string>(namesOfRule(rule));
  return history.filter((transition) => names.has(transition.rule));
}

/** As it was left by a transition. Only the one that tells of missing values leaves them missing. */
function describeSignal(
  { rule, step, to, since, day, reason }: DecidedTransition,
  hashes: ReadonlyMap<string, string>,
): Standing['signal'] {
  const goesMissing = reason === 'missing' && (to === 'open' || to === 'recovering');
  const ruleHash = hashes.get(`${rule} ${step}`);
  return { state: to, since, reason, missingSince: goesMissing ? day : undefined, ruleHash };
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
