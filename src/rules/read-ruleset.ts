// All rule files of a folder to one checked ruleset, or to everything that is wrong with them.
import type { Problem } from '../model/problem.ts';
import { checkRuleset, mapValues, type ReadDefinitions } from './check/check-ruleset.ts';
import type { Condition } from './condition.ts';
import type { Grade } from './grade.ts';
import { DefinitionHasher } from './hash-definitions.ts';
import { hashRuleset } from './hash-ruleset.ts';
import type { Metric } from './metric.ts';
import { METRIC_KINDS } from './metrics/metric-kinds.ts';
import { type Collected, collectDefinitions } from './read/collect-definitions.ts';
import { ProblemList } from './read/problem-list.ts';
import { readCondition } from './read/read-condition.ts';
import { readGrade } from './read/read-grades.ts';
import { readMetric } from './read/read-metric.ts';
import { type ReadRule, readDefaults, readRule } from './read/read-rule.ts';
import { readScore } from './read/read-score.ts';
import { Reading, type SeenTraits } from './read/reading.ts';
import type { Rule } from './rule.ts';
import type { RuleFiles, Ruleset } from './ruleset.ts';
import type { Score } from './score.ts';

export interface ReadRulesetOptions {
  /** The files were applied once: what is an error only since then (`LaterCode`) is none. */
  readonly stored?: boolean | undefined;
  /** Names of the configured sinks; undefined leaves `notify` unchecked. */
  readonly sinks?: readonly string[] | undefined;
  /** How long raw events are kept; undefined: for ever. */
  readonly retentionDays?: number | undefined;
  /** Events that were ever received, and how often; undefined when nobody can tell. */
  readonly seenEvents?: ReadonlyMap<string, number> | undefined;
  /** Traits that were ever received; undefined when nobody can tell. */
  readonly seenTraits?: SeenTraits | undefined;
  /** Names of rules that tests expect something of (`namesInTests`); undefined leaves it unchecked. */
  readonly testedRules?: ReadonlySet<string> | undefined;
}

export interface RulesetReading {
  /** Undefined when there is an error. */
  readonly ruleset: Ruleset | undefined;
  /** In file order; warnings alone leave the ruleset usable. */
  readonly problems: readonly Problem[];
}

/** Never throws, whatever the text. Files that end in `.test.yaml` are not rules and are left out. */
export function readRuleset(files: RuleFiles, options: ReadRulesetOptions): RulesetReading {
  const { parts, problems } = readAndCheck(files, options);
  const ruleset = problems.hasErrors ? undefined : finish(parts);
  return { ruleset, problems: problems.inFileOrder() };
}

/** The same problems for who does not want the ruleset, which takes time to hash. */
export const findProblems = (files: RuleFiles, options: ReadRulesetOptions): readonly Problem[] =>
  readAndCheck(files, options).problems.inFileOrder();

interface Checked {
  readonly parts: ReadDefinitions;
  readonly problems: ProblemList;
}

function readAndCheck(files: RuleFiles, options: ReadRulesetOptions): Checked {
  const problems = new ProblemList({ stored: options.stored });
  const collected = collectDefinitions(files, problems);
  const reading = new Reading({
    problems,
    definitions: collected.definitions,
    complete: collected.complete,
    fieldsOfKind,
    readMetric,
    sinks: options.sinks,
    retentionDays: options.retentionDays,
    seenEvents: options.seenEvents,
    seenTraits: options.seenTraits,
  });
  const parts = readParts(collected, reading);
  checkRuleset(parts, reading, { testedRules: options.testedRules });
  return { parts, problems };
}

function fieldsOfKind(name: string): readonly string[] | undefined {
  const kind = METRIC_KINDS.get(name);
  return kind && Object.keys(kind.fields);
}

function readParts({ definitions, defaults: defaultNodes }: Collected, reading: Reading): ReadDefinitions {
  const defaults = mapValues(defaultNodes, (node) => readDefaults(node, reading));
  const metrics = new Map<string, Metric>();
  const segments = new Map<string, Condition>();
  const scores = new Map<string, Score>();
  const grades = new Map<string, Grade>();
  const rules = new Map<string, ReadRule>();
  for (const [name] of definitions.metrics) put(metrics, name, reading.definedMetric(name));
  for (const [name, { value }] of definitions.segments)
    put(segments, name, readCondition(value, reading, `segment "${name}"`));
  for (const [name, definition] of definitions.scores) put(scores, name, readScore(definition, reading));
  for (const [name, definition] of definitions.grades)
    put(grades, name, readGrade(definition, reading, scores));
  for (const [name, definition] of definitions.rules)
    put(rules, name, readRule(definition, defaults.get(definition.keySpan.file.name) ?? new Map(), reading));
  return { metrics, segments, scores, grades, rules };
}

function put<T>(map: Map<string, T>, name: string, value: T | undefined): void {
  if (value !== undefined) map.set(name, value);
}

function finish(parts: ReadDefinitions): Ruleset {
  const hasher = new DefinitionHasher(parts);
  const rules = mapValues(parts.rules, (rule): Rule => ({ ...rule, conditionHash: hasher.rule(rule) }));
  const { metrics, segments, scores, grades } = parts;
  return {
    hash: hashRuleset({ metrics, segments, scores, grades, rules }, hasher),
    metrics,
    segments,
    scores,
    grades,
    rules,
  };
}
