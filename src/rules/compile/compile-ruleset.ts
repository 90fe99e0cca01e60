// Compiles a checked ruleset into a plan: every column that its rules, scores and metrics need, each once.
import type { TimeZone } from '../../model/time.ts';
import type { Condition } from '../condition.ts';
import { leavesInOrder } from '../leaves-in-order.ts';
import type { Subject } from '../metric.ts';
import type { Rule } from '../rule.ts';
import type { Ruleset } from '../ruleset.ts';
import { toldParts } from '../score.ts';
import { AT_T, type Compilation } from './compilation.ts';
import { emitCondition } from './emit-condition.ts';
import { emitScore } from './emit-score.ts';
import { emitNumber, emitSubject } from './emit-subject.ts';
import type { EvaluationPlan, LeafSlot, PlanNode, RuleLayout, ScoreLayout, ValueSlot } from './plan.ts';
import { finishPlan, startCompilation } from './start-compilation.ts';

export interface CompileOptions {
  readonly timezone: TimeZone;
  /** Only these rules and what they need, with every score; undefined for all rules and all named metrics. */
  readonly only?: (rule: Rule) => boolean;
}

/** Drafts are checked and not evaluated; they have no place in the plan. */
export function compileRuleset(ruleset: Ruleset, options: CompileOptions): EvaluationPlan {
  const compilation = startCompilation(ruleset, options.timezone);
  const results = collectResults(compilation);
  if (options.only === undefined) {
    compilation.champion.kept = true;
    for (const name of ruleset.metrics.keys()) results.value({ kind: 'metric', name });
  }
  const scoreLayouts = new Map([...ruleset.scores.keys()].map((name) => [name, layOutScore(results, name)]));
  const live = [...ruleset.rules.values()].filter(
    (rule) => rule.stage !== 'draft' && (options.only?.(rule) ?? true),
  );
  const rules = new Map(live.map((rule) => [rule.name as string, layOutRule(results, rule)]));
  const traits = new Map(TRAITS_FOR_PEOPLE.map((trait) => [trait, results.value({ kind: 'trait', trait })]));
  for (const trait of compilation.traits) traits.set(trait, results.value({ kind: 'trait', trait }));
  const columns = results.columns();
  return finishPlan(compilation, columns, {
    metrics: columns.metrics.length,
    texts: columns.texts.length,
    outcomes: columns.outcomes.length,
    scores: results.scoreSlots(),
    rules,
    scoreLayouts,
    traits,
  });
}

/** Carried with every signal: what it is called and who looks after it. */
const TRAITS_FOR_PEOPLE = ['name', 'owner'];

/** Gives every column that is asked for a slot in the result arrays, once. */
function collectResults(compilation: Compilation) {
  const arrays = {
    metrics: [] as string[],
    texts: [] as string[],
    outcomes: [] as string[],
    scores: [] as string[],
  };
  let scoreSlots = 0;
  const slot = (array: keyof typeof arrays, node: PlanNode): number => {
    const known = arrays[array].indexOf(node.alias);
    return known >= 0 ? known : arrays[array].push(node.alias) - 1;
  };
  return {
    compilation,
    columns: () => arrays,
    scoreSlots: () => scoreSlots,
    value(subject: Subject): ValueSlot {
      const { node, type } = emitSubject(compilation, subject, AT_T);
      const array = type === 'number' ? 'metrics' : 'texts';
      return { array, index: slot(array, node) };
    },
    /** As what it is counted with: a trait's text as a number. */
    number: (subject: Subject): ValueSlot => ({
      array: 'metrics',
      index: slot('metrics', emitNumber(compilation, subject, AT_T)),
    }),
    outcome: (condition: Condition): number => slot('outcomes', emitCondition(compilation, condition, AT_T)),
    score(name: string, parts: number): number {
      slot('scores', emitScore(compilation, name, AT_T).layout);
      const first = scoreSlots;
      scoreSlots += 2 + parts;
      return first;
    },
  };
}

type Results = ReturnType<typeof collectResults>;

function layOutScore(results: Results, name: string): ScoreLayout {
  const score = results.compilation.ruleset.scores.get(name);
  const parts = score === undefined ? [] : toldParts(score);
  const first = results.score(name, parts.length);
  return {
    total: first,
    coverage: first + 1,
    parts: first + 2,
    values: parts.map(({ subject }) => (subject === undefined ? undefined : results.number(subject))),
  };
}

function layOutRule(results: Results, rule: Rule): RuleLayout {
  const optional = (condition: Condition | undefined) =>
    condition === undefined ? undefined : results.outcome(condition);
  const conditions = [rule.who, rule.when, rule.resolveWhen].filter((condition) => condition !== undefined);
  return {
    who: optional(rule.who),
    when: results.outcome(rule.when),
    resolveWhen: optional(rule.resolveWhen),
    muteIf: optional(rule.muteIf),
    severity: rule.severity.map(({ severity, when }) => ({ severity, outcome: results.outcome(when) })),
    leaves: conditions.flatMap((condition) => leafSlots(results, condition)),
    say: new Map(
      (rule.say ?? []).flatMap((part) =>
        part.kind === 'value' ? [[part.text, results.value(part.subject)] as const] : [],
      ),
    ),
  };
}

/** Each leaf once, in the order first met: segments may stand in several places. */
function leafSlots(results: Results, condition: Condition): readonly LeafSlot[] {
  return leavesInOrder(condition, results.compilation.ruleset.segments).map((leaf) => ({
    ...leaf.text,
    value: results.value(leaf.subject),
    outcome: results.outcome(leaf),
  }));
}
