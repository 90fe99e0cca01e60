// Whether a tick may open a rule early: events of the day can only bring it closer, so that what a tick opens the
// day's close would have opened too.
import type { Condition, ConditionLeaf } from './condition.ts';
import type { Metric, Subject } from './metric.ts';
import type { Rule } from './rule.ts';
import type { Ruleset } from './ruleset.ts';

type RisingParts = Pick<Ruleset, 'metrics' | 'segments'>;

/**
 * True when `who` and `when` are made only of `gt` and `gte` over metrics that events can only raise, and of traits,
 * and nothing has to last (`for`). Scores, bands and signals are not rising; neither is `none` of a metric.
 */
export function isRising(
  rule: Pick<Rule, 'who' | 'when' | 'forDays' | 'ifMissing'>,
  ruleset: RisingParts,
): boolean {
  if (rule.forDays > 0) return false;
  const judge = new RisingJudge(ruleset, rule.ifMissing === 'true');
  return judge.rises(rule.when) && (rule.who === undefined || judge.rises(rule.who));
}

class RisingJudge {
  readonly #ruleset: RisingParts;
  /** By segment; segments made of segments would be walked again and again. */
  readonly #rising = new Map<string, boolean>();
  readonly #steady = new Map<string, boolean>();

  /** True where what is missing holds: then a first value may end it. */
  readonly #missingHolds: boolean;

  constructor(ruleset: RisingParts, missingHolds: boolean) {
    this.#ruleset = ruleset;
    this.#missingHolds = missingHolds;
  }

  rises(condition: Condition): boolean {
    switch (condition.kind) {
      case 'constant':
        return true;
      case 'leaf':
        return this.#leafRises(condition);
      case 'none':
        return condition.of.every((part) => this.#isSteady(part));
      case 'segment':
        return this.#ofSegment(condition.name, this.#rising, (part) => this.rises(part));
      default:
        return condition.of.every((part) => this.rises(part));
    }
  }

  /** No usage event changes it. */
  #isSteady(condition: Condition): boolean {
    switch (condition.kind) {
      case 'constant':
        return true;
      case 'leaf':
        return condition.subject.kind === 'trait';
      case 'segment':
        return this.#ofSegment(condition.name, this.#steady, (part) => this.#isSteady(part));
      default:
        return condition.of.every((part) => this.#isSteady(part));
    }
  }

  #ofSegment(name: string, known: Map<string, boolean>, judge: (condition: Condition) => boolean): boolean {
    const before = known.get(name);
    if (before !== undefined) return before;
    const condition = this.#ruleset.segments.get(name);
    const verdict = condition !== undefined && judge(condition);
    known.set(name, verdict);
    return verdict;
  }

  #leafRises({ subject, test }: ConditionLeaf): boolean {
    if (subject.kind === 'trait') return true;
    if (!this.#subjectRises(subject)) return false;
    if ((test.op !== 'gt' && test.op !== 'gte') || test.value.type !== 'number') return false;
    // A ratio over a negative trait falls while its numerator rises, but it never gets above zero.
    return test.op === 'gt' ? test.value.value >= 0 : test.value.value > 0;
  }

  /** An account's first event may turn out to be earlier, never later: its age only rises. */
  #subjectRises(subject: Subject): boolean {
    if (subject.kind === 'inline') return this.#metricRises(subject.metric);
    if (subject.kind === 'metric') return this.#metricRises(this.#ruleset.metrics.get(subject.name));
    return subject.kind === 'age_days';
  }

  #metricRises(metric: Metric | undefined): boolean {
    return metric?.rising === true && !(this.#missingHolds && metric.nullable);
  }
}
