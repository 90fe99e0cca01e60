// What rests on ranks among peers, however far below: ranks are kept of the last close only, so that what rests on
// those of an earlier one cannot be computed again.
import type { Condition } from '../rules/condition.ts';
import type { Metric, Subject } from '../rules/metric.ts';
import type { Ruleset } from '../rules/ruleset.ts';
import { conditionsOf, subjectsOf } from '../rules/score.ts';

export class RankJudge {
  readonly #ruleset: Ruleset;
  /** By section and name: what stands on the same definition asks once. */
  readonly #known = new Map<string, boolean>();

  constructor(ruleset: Ruleset) {
    this.#ruleset = ruleset;
  }

  subject(subject: Subject): boolean {
    switch (subject.kind) {
      case 'metric':
        return this.#once(`metric ${subject.name}`, this.#ruleset.metrics.get(subject.name), (metric) =>
          this.#metric(metric),
        );
      case 'inline':
        return this.#metric(subject.metric);
      case 'score':
      case 'band':
        return this.score(subject.name);
      case 'grade':
        return this.grade(subject.name);
      case 'trait':
      case 'age_days':
      case 'champion':
      // What state a signal is in was decided before.
      case 'signal':
        return false;
    }
  }

  score(name: string): boolean {
    return this.#once(
      `score ${name}`,
      this.#ruleset.scores.get(name),
      (score) =>
        subjectsOf(score).some((subject) => this.subject(subject)) ||
        conditionsOf(score).some((condition) => this.#condition(condition)),
    );
  }

  grade(name: string): boolean {
    const grade = this.#ruleset.grades.get(name);
    return grade !== undefined && (this.score(grade.first.score) || this.score(grade.second.score));
  }

  #metric({ prepare, operands, conditions = [] }: Metric): boolean {
    return (
      prepare?.kind === 'rank' ||
      operands.some((operand) => this.subject(operand)) ||
      conditions.some((condition) => this.#condition(condition))
    );
  }

  #condition(condition: Condition): boolean {
    switch (condition.kind) {
      case 'constant':
        return false;
      case 'leaf':
        return this.subject(condition.subject);
      case 'segment':
        return this.#once(`segment ${condition.name}`, this.#ruleset.segments.get(condition.name), (inner) =>
          this.#condition(inner),
        );
      default:
        return condition.of.some((part) => this.#condition(part));
    }
  }

  #once<T>(key: string, definition: T | undefined, judge: (definition: T) => boolean): boolean {
    const known = this.#known.get(key);
    if (known !== undefined || definition === undefined) return known ?? false;
    const verdict = judge(definition);
    this.#known.set(key, verdict);
    return verdict;
  }
}
