// What can only be said once everything is read: cycles, conditions that cannot hold, and warnings.
import type { Definitions } from '../hash-definitions.ts';
import type { ReadRule } from '../read/read-rule.ts';
import type { Reading } from '../read/reading.ts';
import { checkReferences } from './check-references.ts';
import { checkResolve } from './check-resolve.ts';
import { checkStreaks } from './check-streaks.ts';
import { checkWas } from './check-was.ts';
import { FleetingJudge } from './fleeting-judge.ts';
import { lintRule, type RulePlace } from './lint-rule.ts';
import { lintTraits } from './lint-traits.ts';
import {
  referencesOfCondition,
  referencesOfGrade,
  referencesOfMetric,
  referencesOfRule,
  referencesOfScore,
} from './references-of.ts';

/** What could be read; a faulty definition is left out. */
export interface ReadDefinitions extends Definitions {
  readonly rules: ReadonlyMap<string, ReadRule>;
}

export interface CheckOptions {
  /** Rules that a test names; undefined when nobody looked. */
  readonly testedRules: ReadonlySet<string> | undefined;
}

export function checkRuleset(read: ReadDefinitions, reading: Reading, { testedRules }: CheckOptions): void {
  checkReferences(
    {
      metrics: mapValues(read.metrics, referencesOfMetric),
      segments: mapValues(read.segments, referencesOfCondition),
      scores: mapValues(read.scores, referencesOfScore),
      grades: mapValues(read.grades, referencesOfGrade),
      rules: mapValues(read.rules, referencesOfRule),
    },
    reading,
  );
  checkStreaks(read, reading);
  checkWas(read.rules, reading);
  const place = { reading, segments: read.segments, fleeting: new FleetingJudge(reading), testedRules };
  for (const [name, rule] of read.rules) checkRule(name, rule, place);
  lintTraits(reading);
  lintUnused(reading);
}

function checkRule(name: string, rule: ReadRule, place: RulePlace): void {
  const definition = place.reading.definitions.rules.get(name);
  if (definition === undefined) return;
  checkResolve(rule, definition, place.reading);
  lintRule(rule, definition, place);
}

function lintUnused(reading: Reading): void {
  // A use may hide behind an error: a misspelt name, a rule that cannot be read.
  if (!reading.complete || reading.problems.hasErrors) return;
  for (const [name, { keySpan }] of reading.definitions.metrics)
    if (!reading.usedMetrics.has(name))
      reading.problems.add('L006', keySpan, `nothing uses the metric "${name}"`, 'remove it, or use it');
}

export function mapValues<A, B>(
  map: ReadonlyMap<string, A>,
  change: (value: A) => B,
): ReadonlyMap<string, B> {
  return new Map([...map].map(([key, value]) => [key, change(value)]));
}
