// Which rules the tests of a run need, in the order in which they must be decided: a rule that asks about another's
// signal comes after it. The values that tests expect are asked through rules made for the purpose.
import type { RuleName } from '../../model/ids.ts';
import type { SourcePosition } from '../../model/problem.ts';
import {
  type Reference,
  referencesOfCondition,
  referencesOfGrade,
  referencesOfMetric,
  referencesOfRule,
  referencesOfScore,
} from '../../rules/check/references-of.ts';
import type { Condition, ConditionLeaf } from '../../rules/condition.ts';
import type { Subject } from '../../rules/metric.ts';
import type { Rule } from '../../rules/rule.ts';
import type { Ruleset } from '../../rules/ruleset.ts';
import type { RuleTest, ValueCheck } from '../../rules/test-file/rule-test.ts';

export interface Strata {
  /** The rules of the project and those that ask for values and segments. */
  readonly ruleset: Ruleset;
  /** Names of the rules of each; a rule reads signals of earlier ones only. */
  readonly levels: readonly ReadonlySet<string>[];
  /** Rules whose signals another rule reads. */
  readonly read: ReadonlySet<string>;
  /** The leaf of the rule VALUES_RULE that has the value of a subject, by the subject's text. */
  readonly valueLeaves: ReadonlyMap<string, number>;
}

/** Its leaves are the values that tests expect; no name of a rule has a dot. */
export const VALUES_RULE = 'test.values';
export const segmentRule = (segment: string): string => `test.segment.${segment}`;

export function planStrata(ruleset: Ruleset, tests: readonly RuleTest[]): Strata {
  const checks = tests.flatMap(({ expectations }) =>
    expectations.flatMap((expectation) => expectation.checks),
  );
  const values = new Map<string, ValueCheck>();
  for (const check of checks) if (check.kind === 'value') values.set(check.subject, check);
  const segments = new Set(checks.flatMap((check) => (check.kind === 'segment' ? [check.segment] : [])));
  const asking = [
    ...(values.size === 0 ? [] : [askFor(VALUES_RULE, anyOf([...values.values()]))]),
    ...[...segments].map((name) => askFor(segmentRule(name), { kind: 'segment', name })),
  ];
  const rules = new Map([...ruleset.rules, ...asking.map((rule) => [rule.name as string, rule] as const)]);
  const extended = { ...ruleset, rules };
  const wanted = new Set([
    ...checks.flatMap((check) => (check.kind === 'signal' ? [check.rule] : [])),
    ...asking.map(({ name }) => name),
  ]);
  const valueLeaves = new Map([...values.keys()].map((subject, index) => [subject, index]));
  return { ruleset: extended, valueLeaves, ...levelsOf(extended, wanted) };
}

const anyOf = (checks: readonly ValueCheck[]): Condition => ({
  kind: 'any',
  of: checks.map((check): ConditionLeaf => leafOf(check.of, check.subject)),
});

const leafOf = (subject: Subject, text: string): ConditionLeaf => ({
  kind: 'leaf',
  subject,
  test: { op: 'exists', value: true },
  text: { subject: text, test: 'exists true' },
});

const NOWHERE: SourcePosition = { file: '', line: 1, column: 1, length: 1 };

/** In shadow, so that nobody would be told. */
const askFor = (name: string, when: Condition): Rule => ({
  name: name as RuleName,
  was: undefined,
  kind: 'test',
  who: undefined,
  when,
  resolveWhen: undefined,
  forDays: 0,
  keepOpenDays: 0,
  cooldownDays: 0,
  severity: [],
  say: [],
  notify: [],
  muteIf: undefined,
  ifMissing: 'hold',
  stage: 'shadow',
  outcome: undefined,
  owner: undefined,
  playbook: undefined,
  note: undefined,
  onCreate: 'baseline',
  maxNewPerDay: undefined,
  position: NOWHERE,
  conditionHash: name,
});

function levelsOf(ruleset: Ruleset, wanted: ReadonlySet<string>): Pick<Strata, 'levels' | 'read'> {
  const graph = new SignalGraph(ruleset);
  const needed = new Set<string>();
  const read = new Set<string>();
  const waiting = [...wanted];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (needed.has(name)) continue;
    needed.add(name);
    for (const signal of graph.signalsOf({ section: 'rules', name })) {
      read.add(signal);
      waiting.push(signal);
    }
  }
  const levels: Set<string>[] = [];
  for (const name of needed) {
    const level = graph.levelOf(name);
    while (levels.length <= level) levels.push(new Set());
    levels[level]?.add(name);
  }
  return { levels, read };
}

class SignalGraph {
  readonly #ruleset: Ruleset;
  readonly #signals = new Map<string, ReadonlySet<string>>();
  readonly #levels = new Map<string, number>();

  constructor(ruleset: Ruleset) {
    this.#ruleset = ruleset;
  }

  /** One more than that of the highest rule whose signal it reads; cycles were refused when the rules were read. */
  levelOf(rule: string): number {
    const known = this.#levels.get(rule);
    if (known !== undefined) return known;
    const signals = [...this.signalsOf({ section: 'rules', name: rule })];
    const level = Math.max(-1, ...signals.map((signal) => this.levelOf(signal))) + 1;
    this.#levels.set(rule, level);
    return level;
  }

  /** Rules whose signals a definition reads, directly or through other definitions that are no rules. */
  signalsOf({ section, name }: Reference): ReadonlySet<string> {
    const key = `${section} ${name}`;
    const known = this.#signals.get(key);
    if (known !== undefined) return known;
    const found = new Set<string>();
    for (const reference of this.#referencesOf({ section, name })) {
      if (reference.section === 'rules') found.add(reference.name);
      else for (const signal of this.signalsOf(reference)) found.add(signal);
    }
    this.#signals.set(key, found);
    return found;
  }

  #referencesOf({ section, name }: Reference): readonly Reference[] {
    const { metrics, segments, scores, grades, rules } = this.#ruleset;
    switch (section) {
      case 'metrics':
        return read(metrics.get(name), referencesOfMetric);
      case 'segments':
        return read(segments.get(name), referencesOfCondition);
      case 'scores':
        return read(scores.get(name), referencesOfScore);
      case 'grades':
        return read(grades.get(name), referencesOfGrade);
      case 'rules':
        return read(rules.get(name), (rule) => [...referencesOfRule(rule), ...referencesOfSay(rule)]);
    }
  }
}

const read = <T>(definition: T | undefined, of: (definition: T) => readonly Reference[]) =>
  definition === undefined ? [] : of(definition);

const referencesOfSay = (rule: Rule): readonly Reference[] =>
  (rule.say ?? []).flatMap((part) =>
    part.kind === 'value' ? referencesOfCondition(leafOf(part.subject, part.text)) : [],
  );
