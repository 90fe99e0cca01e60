// How many days a value looks at, back from its last day: what "too young to say" is judged by.
import type { Condition } from '../condition.ts';
import type { Metric, Subject } from '../metric.ts';
import type { Ruleset } from '../ruleset.ts';
import { conditionsOf, subjectsOf } from '../score.ts';
import { windowReach } from '../window.ts';

/** Remembers what it found: metrics made of metrics meet the same ones again and again. */
export function startReachDays(ruleset: Ruleset): (subject: Subject) => number {
  const known = new Map<string, number>();
  const largest = (days: readonly number[]): number => Math.max(1, ...days);

  /** `key` names what is looked at; scores and segments do not refer to themselves, which was checked. */
  const remember = (key: string, look: () => number): number => {
    const found = known.get(key) ?? look();
    known.set(key, found);
    return found;
  };
  const ofMetric = (metric: Metric): number =>
    (metric.window === undefined ? undefined : windowReach(metric.window)) ??
    metric.looksBackDays +
      largest([
        ...metric.operands.map(ofSubject),
        ...(metric.conditions ?? []).map((one) => ofCondition(one)),
      ]);
  const ofCondition = (condition: Condition): number => {
    switch (condition.kind) {
      case 'constant':
        return 1;
      case 'leaf':
        return ofSubject(condition.subject);
      case 'segment':
        return remember(`segment ${condition.name}`, () => {
          const segment = ruleset.segments.get(condition.name);
          return segment === undefined ? 1 : ofCondition(segment);
        });
      default:
        return largest(condition.of.map(ofCondition));
    }
  };
  const ofScore = (name: string): number =>
    remember(`score ${name}`, () => {
      const score = ruleset.scores.get(name);
      if (score === undefined) return 1;
      return largest([...conditionsOf(score).map(ofCondition), ...subjectsOf(score).map(ofSubject)]);
    });
  const ofSubject = (subject: Subject): number => {
    switch (subject.kind) {
      case 'metric':
        return remember(`metric ${subject.name}`, () => {
          const metric = ruleset.metrics.get(subject.name);
          return metric === undefined ? 1 : ofMetric(metric);
        });
      case 'inline':
        return ofMetric(subject.metric);
      case 'score':
      case 'band':
        return ofScore(subject.name);
      case 'grade': {
        const grade = ruleset.grades.get(subject.name);
        return grade === undefined ? 1 : Math.max(ofScore(grade.first.score), ofScore(grade.second.score));
      }
      default:
        return 1;
    }
  };
  return ofSubject;
}
