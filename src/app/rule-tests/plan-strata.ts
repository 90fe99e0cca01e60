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
import type { Section } from '../../rules/read/reading.ts';
import type { Rule } from '../../rules/rule.ts';
import type { Ruleset } from '../../rules/ruleset.ts';
import type { Check, RuleTest } from '../../rules/test-file/rule-test.ts';

export interface Strata {
  /** Only what the tests need, with the rules that ask for values and segments. */
  readonly ruleset: Ruleset;
  /** A rule reads signals of earlier ones only. */
  readonly levels: readonly Stratum[];
  /** Rules whose signals another rule reads. */
  readonly read: ReadonlySet<string>;
  /** Where the values of subjects are, by their text. */
  readonly values: ReadonlyMap<string, ValuePlace>;
}

export interface Stratum {
  readonly rules: ReadonlySet<string>;
  /** Those that need one of its rules. */
  readonly tests: ReadonlySet<RuleTest>;
}

/** A rule made to ask for values, and which of its leaves has this one. */
export interface ValuePlace {
  readonly rule: string;
  readonly leaf: number;
}

/** No name of a rule has a dot. */
const valuesRule = (level: number): string => `test.values.${level}`;
export const segmentRule = (segment: string): string => `test.segment.${segment}`;

export function planStrata(ruleset: Ruleset, tests: readonly RuleTest[]): Strata {
  const own = new SignalGraph(ruleset);
  const values = placeValues(tests, own);
  const segments = new Set(
    tests.flatMap(checksOf).flatMap((check) => (check.kind === 'segment' ? check.segment : [])),
  );
  const asking = [
    ...[...values.leaves].map(([rule, leaves]) => askFor(rule, { kind: 'any', of: leaves })),
    ...[...segments].map((name) => askFor(segmentRule(name), { kind: 'segment', name })),
  ];
  const rules = new Map([...ruleset.rules, ...asking.map((rule) => [rule.name as string, rule] as const)]);
  const extended = { ...ruleset, rules };
  const graph = new SignalGraph(extended);
  const needs = new Map(tests.map((test) => [test, graph.needsOf(wantedRules(test, values.places))]));
  const needed = new Set([...needs.values()].flatMap((own) => [...own]));
  const levels = layer(graph, needs);
  const read = new Set([...needed].flatMap((name) => [...graph.signalsOf({ section: 'rules', name })]));
  return { ruleset: prune(extended, graph, needed), levels, read, values: values.places };
}

const checksOf = ({ expectations }: RuleTest): readonly Check[] =>
  expectations.flatMap(({ checks }) => checks);

/** Each value is asked for as soon as all signals that it reads are decided. */
function placeValues(tests: readonly RuleTest[], graph: SignalGraph) {
  const leaves = new Map<string, ConditionLeaf[]>();
  const places = new Map<string, ValuePlace>();
  for (const check of tests.flatMap(checksOf)) {
    if (check.kind !== 'value' || places.has(check.subject)) continue;
    const leaf = leafOf(check.of, check.subject);
    const rule = valuesRule(graph.levelAfter(referencesOfCondition(leaf)));
    const known = leaves.get(rule) ?? [];
    places.set(check.subject, { rule, leaf: known.length });
    leaves.set(rule, [...known, leaf]);
  }
  return { leaves, places };
}

function wantedRules(test: RuleTest, values: ReadonlyMap<string, ValuePlace>): readonly string[] {
  return checksOf(test).map((check) => {
    if (check.kind === 'signal') return check.rule;
    return check.kind === 'segment' ? segmentRule(check.segment) : (values.get(check.subject)?.rule ?? '');
  });
}

function layer(graph: SignalGraph, needs: ReadonlyMap<RuleTest, ReadonlySet<string>>): readonly Stratum[] {
  const levels: { rules: Set<string>; tests: Set<RuleTest> }[] = [];
  for (const [test, rules] of needs)
    for (const rule of rules) {
      const level = graph.levelOf(rule);
      while (levels.length <= level) levels.push({ rules: new Set(), tests: new Set() });
      levels[level]?.rules.add(rule);
      levels[level]?.tests.add(test);
    }
  return levels;
}

/** A plan computes all scores of its ruleset, whoever asks. */
function prune(ruleset: Ruleset, graph: SignalGraph, rules: ReadonlySet<string>): Ruleset {
  const used = graph.usedBy(rules);
  const keep = <T>(section: Section, definitions: ReadonlyMap<string, T>): ReadonlyMap<string, T> =>
    new Map([...definitions].filter(([name]) => used.has(`${section} ${name}`)));
  return {
    ...ruleset,
    scores: keep('scores', ruleset.scores),
    grades: keep('grades', ruleset.grades),
  };
}

const leafOf = (subject: Subject, text: string): ConditionLeaf => ({
  kind: 'leaf',
  subject,
  test: { op: 'exists', value: true },
  text: { subject: text, test: 'exists true' },
});

const NOWHERE: SourcePosition = { file: '', line: 1, column: 1, length: 1 };

/** It is about nobody, so that it never opens. */
const askFor = (name: string, when: Condition): Rule => ({
  name: name as RuleName,
  was: undefined,
  kind: 'test',
  who: { kind: 'constant', value: false },
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
    const level = this.#after(this.signalsOf({ section: 'rules', name: rule }));
    this.#levels.set(rule, level);
    return level;
  }

  /** The level of something that refers to these. */
  levelAfter(references: readonly Reference[]): number {
    return this.#after(new Set(references.flatMap((reference) => [...this.#signalsBehind(reference)])));
  }

  /** These rules, and all whose signals they read, directly or not. */
  needsOf(rules: readonly string[]): ReadonlySet<string> {
    const needed = new Set<string>();
    const waiting = [...rules];
    for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
      if (needed.has(name)) continue;
      needed.add(name);
      waiting.push(...this.signalsOf({ section: 'rules', name }));
    }
    return needed;
  }

  /** `SECTION NAME` of everything that these rules refer to, directly or not. */
  usedBy(rules: ReadonlySet<string>): ReadonlySet<string> {
    const used = new Set<string>();
    const waiting: Reference[] = [...rules].map((name) => ({ section: 'rules', name }));
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const key = `${next.section} ${next.name}`;
      if (used.has(key)) continue;
      used.add(key);
      waiting.push(...this.#referencesOf(next));
    }
    return used;
  }

  /** Rules whose signals a definition reads, directly or through other definitions that are no rules. */
  signalsOf({ section, name }: Reference): ReadonlySet<string> {
    const key = `${section} ${name}`;
    const known = this.#signals.get(key);
    if (known !== undefined) return known;
    const found = new Set<string>();
    for (const reference of this.#referencesOf({ section, name })) {
      for (const signal of this.#signalsBehind(reference)) found.add(signal);
    }
    this.#signals.set(key, found);
    return found;
  }

  #signalsBehind(reference: Reference): ReadonlySet<string> {
    return reference.section === 'rules' ? new Set([reference.name]) : this.signalsOf(reference);
  }

  #after(signals: ReadonlySet<string>): number {
    return Math.max(-1, ...[...signals].map((signal) => this.levelOf(signal))) + 1;
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
