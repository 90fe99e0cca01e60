// Hashes of what decides. Names do not count, what stands behind them does: renaming a metric changes no rule.
import type { JsonObject, JsonValue } from '../model/json.ts';
import type { Condition } from './condition.ts';
import { testJson } from './definition-json.ts';
import type { Grade } from './grade.ts';
import { hashJson } from './hash-json.ts';
import type { Metric, Subject } from './metric.ts';
import type { Rule } from './rule.ts';
import type { PartScoring, Score } from './score.ts';

/** What names stand for; all of them are defined and none is made from itself. */
export interface Definitions {
  readonly metrics: ReadonlyMap<string, Metric>;
  readonly segments: ReadonlyMap<string, Condition>;
  readonly scores: ReadonlyMap<string, Score>;
  readonly grades: ReadonlyMap<string, Grade>;
}

type Decisive = Pick<Rule, 'who' | 'when' | 'resolveWhen' | 'forDays' | 'keepOpenDays' | 'ifMissing'>;

export class DefinitionHasher {
  readonly #definitions: Definitions;
  /** By section and name; without it, segments made of segments would be walked again and again. */
  readonly #known = new Map<string, string>();

  readonly #metrics = new WeakMap<Metric, string>();

  constructor(definitions: Definitions) {
    this.#definitions = definitions;
  }

  rule(rule: Decisive): string {
    return hashJson({
      who: this.#optional(rule.who),
      when: this.condition(rule.when),
      resolve_when: this.#optional(rule.resolveWhen),
      for: rule.forDays,
      keep_open: rule.keepOpenDays,
      if_missing: rule.ifMissing,
    });
  }

  condition(condition: Condition): JsonValue {
    switch (condition.kind) {
      case 'constant':
        return condition.value;
      case 'segment':
        return { segment: this.#segment(condition.name) };
      case 'leaf':
        return { subject: this.#subject(condition.subject), test: testJson(condition.test) };
      case 'at_least':
        return { at_least: condition.n, of: condition.of.map((part) => this.condition(part)) };
      default:
        return { [condition.kind]: condition.of.map((part) => this.condition(part)) };
    }
  }

  score(score: Score): JsonObject {
    return {
      out_of: score.outOf,
      who: this.#optional(score.who),
      missing: score.missing,
      min_coverage: score.minCoverage,
      parts: score.parts.map((part) => ({
        name: part.name,
        weight: part.weight,
        scoring: this.#scoring(part.scoring),
      })),
      bands: score.bands.map((band) => ({ ...band })),
      // Only where there are any: scores without them keep the hash that they had.
      ...(score.caps.length === 0
        ? {}
        : { caps: score.caps.map(({ at, when }) => ({ at, when: this.condition(when) })) }),
    };
  }

  grade({ first, second }: Grade): JsonObject {
    return { first: this.#scoreHash(first.score), second: this.#scoreHash(second.score) };
  }

  #optional(condition: Condition | undefined): JsonValue {
    return condition === undefined ? null : this.condition(condition);
  }

  #scoring(scoring: PartScoring): JsonObject {
    if (scoring.kind === 'when') return { when: this.condition(scoring.when) };
    if (scoring.kind === 'points')
      return { points: scoring.points.map(({ points, when }) => [points, this.condition(when)]) };
    const subject = this.#subject(scoring.subject);
    if (scoring.kind === 'linear') return { subject, from: scoring.from, to: scoring.to };
    return { subject, steps: scoring.steps.map((step) => ({ ...step })) };
  }

  #subject(subject: Subject): JsonObject {
    switch (subject.kind) {
      case 'inline':
        return { metric: this.#metric(subject.metric) };
      case 'metric': {
        const metric = this.#definitions.metrics.get(subject.name);
        return { metric: metric === undefined ? null : this.#metric(metric) };
      }
      case 'score':
      case 'band':
        return { [subject.kind]: this.#scoreHash(subject.name) };
      case 'grade': {
        const grade = this.#definitions.grades.get(subject.name);
        return { grade: grade === undefined ? null : this.grade(grade) };
      }
      default:
        return { ...subject };
    }
  }

  /** The definition alone would miss a change of a score that the metric is made of. */
  #metric(metric: Metric): string {
    const known = this.#metrics.get(metric);
    if (known !== undefined) return known;
    const operands = metric.operands.map((operand) => this.#subject(operand));
    const conditions = (metric.conditions ?? []).map((condition) => this.condition(condition));
    const hash = hashJson({ definition: metric.definition, operands, conditions });
    this.#metrics.set(metric, hash);
    return hash;
  }

  #segment(name: string): string {
    return this.#remember(`segment ${name}`, () => {
      const condition = this.#definitions.segments.get(name);
      return condition === undefined ? null : this.condition(condition);
    });
  }

  #scoreHash(name: string): string {
    return this.#remember(`score ${name}`, () => {
      const score = this.#definitions.scores.get(name);
      return score === undefined ? null : this.score(score);
    });
  }

  #remember(key: string, make: () => JsonValue): string {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const hash = hashJson(make());
    this.#known.set(key, hash);
    return hash;
  }
}
