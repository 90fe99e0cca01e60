// Which other definitions a definition names, directly: the edges of the graph that must not have cycles.
import type { Condition } from '../condition.ts';
import type { Grade } from '../grade.ts';
import type { Metric, Subject } from '../metric.ts';
import type { ReadRule } from '../read/read-rule.ts';
import type { Section } from '../read/reading.ts';
import { conditionsOf, type Score, subjectsOf } from '../score.ts';
import type { EventSet } from '../series.ts';

export interface Reference {
  readonly section: Section;
  readonly name: string;
}

function referencesOfSubject(subject: Subject): readonly Reference[] {
  switch (subject.kind) {
    case 'metric':
      return [{ section: 'metrics', name: subject.name }];
    case 'inline':
      return referencesOfMetric(subject.metric);
    case 'score':
    case 'band':
      return [{ section: 'scores', name: subject.name }];
    case 'grade':
      return [{ section: 'grades', name: subject.name }];
    case 'signal':
      return [{ section: 'rules', name: subject.rule }];
    case 'trait':
    case 'age_days':
    case 'champion':
      return [];
  }
}

export const referencesOfMetric = (metric: Metric): readonly Reference[] => [
  ...metric.operands.flatMap(referencesOfSubject),
  ...(metric.conditions ?? []).flatMap(referencesOfCondition),
  ...metric.series.flatMap(({ definition }) => referencesOfEvents(definition.events)),
];

const referencesOfEvents = (events: EventSet): readonly Reference[] =>
  events.kind === 'signal' ? [{ section: 'rules', name: events.rule }] : [];

export function referencesOfCondition(condition: Condition): readonly Reference[] {
  switch (condition.kind) {
    case 'constant':
      return [];
    case 'segment':
      return [{ section: 'segments', name: condition.name }];
    case 'leaf':
      return referencesOfSubject(condition.subject);
    default:
      return condition.of.flatMap(referencesOfCondition);
  }
}

export const referencesOfScore = (score: Score): readonly Reference[] => [
  ...conditionsOf(score).flatMap(referencesOfCondition),
  ...subjectsOf(score).flatMap(referencesOfSubject),
];

export const referencesOfGrade = ({ first, second }: Grade): readonly Reference[] =>
  [first, second].map(({ score }) => ({ section: 'scores', name: score }));

export function referencesOfRule(rule: ReadRule): readonly Reference[] {
  const conditions = [
    rule.who,
    rule.when,
    rule.resolveWhen,
    rule.muteIf,
    ...rule.severity.map(({ when }) => when),
  ];
  return conditions.filter((condition) => condition !== undefined).flatMap(referencesOfCondition);
}
