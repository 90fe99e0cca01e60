// All signals of one account through one close or tick: which transitions follow from its row of results.
import type { AccountId, RuleName } from '../model/ids.ts';
import type { Evidence, Signal, Transition } from '../model/signal.ts';
import type { Day, EpochMicros, EpochMillis } from '../model/time.ts';
import type { EvaluationPlan } from '../rules/compile/plan.ts';
import { namesOfRule } from '../rules/names-of-rule.ts';
import type { Rule } from '../rules/rule.ts';
import {
  type Advance,
  advanceAtClose,
  advanceAtTick,
  closeDeletedRule,
  noSignal,
  type RuleFacts,
  type SignalStep,
} from './advance-signal.ts';
import { handOverSignal, wasHandedOver } from './hand-over-signal.ts';
import { buildEvidence, isMuted, type ResultArrays, readFacts } from './read-facts.ts';
import { writeSentence } from './write-sentence.ts';

export interface Moment {
  readonly kind: 'close' | 'tick';
  readonly day: Day;
  /** T. */
  readonly at: EpochMillis;
  readonly evaluatedAt: EpochMicros;
}

export interface AdvanceAccount {
  readonly plan: EvaluationPlan;
  readonly moment: Moment;
  readonly accountId: AccountId;
  /** Undefined where nothing is left of the account: what is alive ends, as for one that left the rule. */
  readonly row: ResultArrays | undefined;
  /** The account's signals by rule; rules that never had one are absent. */
  readonly signals: ReadonlyMap<string, Signal>;
  readonly isBaseline: (rule: Rule) => boolean;
  /** A rule that may not open yet in a tick: its first close is still to come. */
  readonly mayOpen: (rule: Rule) => boolean;
  /** Counts an opening that would be sent; true when it must be held. */
  readonly hold: (rule: Rule) => boolean;
}

const NO_EVIDENCE: Evidence = { leaves: [], scores: {}, traits: {} };
const GONE: RuleFacts = { who: 'false', when: 'false', resolveWhen: undefined, severity: 'low' };

export function advanceAccount(options: AdvanceAccount): readonly Transition[] {
  const { plan, moment, signals } = options;
  const rules = [...plan.layout.rules.keys()]
    .map((name) => plan.ruleset.rules.get(name))
    .filter((rule) => rule !== undefined);
  const transitions = rules.flatMap((rule) => advanceRule(options, rule));
  if (moment.kind === 'tick') return transitions;
  const known = new Set(rules.flatMap((rule) => namesOfRule(rule)));
  const deleted = [...signals.values()].filter((signal) => !known.has(signal.rule));
  return [...transitions, ...deleted.flatMap((signal) => deleteRule(options, signal))];
}

function advanceRule(options: AdvanceAccount, rule: Rule): readonly Transition[] {
  const { plan, moment, row } = options;
  const layout = plan.layout.rules.get(rule.name);
  if (layout === undefined || (moment.kind === 'tick' && !options.mayOpen(rule))) return [];
  const { signal, handedOver } = findSignal(options, rule);
  const advance: Advance = {
    signal,
    rule,
    facts: row === undefined ? GONE : readFacts(row, layout),
    day: moment.day,
    baseline: rule.onCreate === 'baseline' && options.isBaseline(rule),
  };
  const advanced = moment.kind === 'close' ? advanceAtClose(advance) : advanceAtTick(advance);
  const steps = [...handedOver, ...advanced];
  if (steps.length === 0) return [];
  const { accountId } = options;
  const evidence = row === undefined ? NO_EVIDENCE : buildEvidence(plan, row, layout);
  const sentence =
    row === undefined
      ? `Everything of the account ${accountId} was taken back`
      : writeSentence(plan, { rule, accountId, row });
  const silent = rule.stage !== 'live' || (row !== undefined && isMuted(row, layout));
  return steps.map((step) => {
    const held = isOpening(step) && step.reason !== 'baseline' && !silent && options.hold(rule);
    return toTransition(options, step, { kind: rule.kind, sentence, evidence, silent, held });
  });
}

/** The rule's signal, or the one it had under a former name; what was alive there is taken over at a close. */
function findSignal({ signals, moment, accountId }: AdvanceAccount, rule: Rule) {
  const known = namesOfRule(rule).flatMap((name) => signals.get(name) ?? []);
  const signal = known.sort(latestFirst)[0] ?? noSignal(accountId, rule.name);
  if (signal.rule === rule.name || signal.state === 'none' || moment.kind === 'tick')
    return { signal, handedOver: [] };
  const { leaving, taken } = handOverSignal(signal, rule.name);
  return { signal: taken, handedOver: [leaving, taken] };
}

/** Numbers go on from name to name. Of one number, what was handed over goes behind what was taken. */
const latestFirst = (a: Signal, b: Signal): number =>
  b.step - a.step || Number(wasHandedOver(a)) - Number(wasHandedOver(b));

const isOpening = (step: SignalStep): boolean =>
  step.state === 'open' && (step.from === 'none' || step.from === 'pending');

/** A rule that became a draft is gone as well, as far as its signals are concerned. */
function deleteRule(options: AdvanceAccount, signal: Signal): readonly Transition[] {
  const drafted = options.plan.ruleset.rules.has(signal.rule);
  return closeDeletedRule(signal, options.moment.day).map((step) =>
    toTransition(options, step, {
      kind: signal.kind,
      sentence: drafted ? `The rule ${signal.rule} is a draft now` : `The rule ${signal.rule} was deleted`,
      evidence: NO_EVIDENCE,
      silent: false,
      held: false,
    }),
  );
}

function toTransition(
  { plan, moment, accountId }: AdvanceAccount,
  step: SignalStep,
  details: Pick<Transition, 'kind' | 'sentence' | 'evidence' | 'silent' | 'held'>,
): Transition {
  return {
    ...details,
    accountId,
    rule: step.rule as RuleName,
    step: step.step,
    openings: step.openings,
    episode: step.episode,
    from: step.from,
    to: step.state,
    at: moment.at,
    day: moment.day,
    since: step.since ?? moment.day,
    missingSince: step.missingSince,
    evaluatedAt: moment.evaluatedAt,
    reason: step.reason,
    severity: step.severity,
    ruleHash: step.ruleHash,
    rulesetHash: plan.ruleset.hash,
  };
}
