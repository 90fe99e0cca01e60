// A subject's value at an anchor, as a column: numbers for metrics and scores, text for traits, bands and signals.
import { canonicalJson } from '../../model/canonical-json.ts';
import type { Anchor, Metric, Subject } from '../metric.ts';
import { namesOf } from '../names-of-rule.ts';
import {
  anchorKey,
  anchorSql,
  type Compilation,
  nodeFor,
  type SubjectValue,
  stringRef,
} from './compilation.ts';
import { emitChampion } from './emit-champion.ts';
import { emitGrade } from './emit-grade.ts';
import { emitMetric } from './emit-metric.ts';
import { emitBand, emitScore } from './emit-score.ts';
import { emitTrait, textToDay, textToNumber } from './emit-trait.ts';
import type { PlanNode } from './plan.ts';

export function emitSubject(compilation: Compilation, subject: Subject, anchor: Anchor): SubjectValue {
  switch (subject.kind) {
    case 'metric':
      return number(metricNode(compilation, namedMetric(compilation, subject.name), anchor));
    case 'inline':
      return number(metricNode(compilation, subject.metric, anchor));
    case 'trait':
      return { node: emitTrait(compilation, subject.trait, anchor), type: 'text' };
    case 'age_days':
      return number(emitAge(compilation, anchor));
    case 'score':
      return number(emitScore(compilation, subject.name, anchor).value);
    case 'band':
      return { node: emitBand(compilation, subject.name, anchor), type: 'text' };
    case 'grade':
      return { node: emitGrade(compilation, subject.name, anchor), type: 'text' };
    case 'champion':
      return emitChampion(compilation, subject.field, anchor);
    case 'signal':
      return { node: emitSignal(compilation, subject.rule, anchor), type: 'text' };
  }
}

export function emitNumber(compilation: Compilation, subject: Subject, anchor: Anchor): PlanNode {
  const value = emitSubject(compilation, subject, anchor);
  if (value.type === 'number') return value.node;
  return nodeFor(compilation, `number ${value.node.alias}`, () => ({
    sql: textToNumber(value.node.alias),
    reads: [value.node],
  }));
}

const number = (node: PlanNode): SubjectValue => ({ node, type: 'number' });

function namedMetric(compilation: Compilation, name: string): Metric {
  const metric = compilation.ruleset.metrics.get(name);
  if (metric === undefined) throw new Error(`metric "${name}" was not checked to be defined`);
  return metric;
}

const metricNode = (compilation: Compilation, metric: Metric, anchor: Anchor): PlanNode =>
  nodeFor(compilation, `metric ${canonicalJson(metric.definition)} ${anchorKey(anchor)}`, () =>
    emitMetric(compilation, metric, anchor),
  );

/** Days from the trait `created_at`, else from the account's first event or group call. */
function emitAge(compilation: Compilation, anchor: Anchor): PlanNode {
  const created = emitTrait(compilation, 'created_at', anchor);
  return nodeFor(compilation, `age ${anchorKey(anchor)}`, () => ({
    sql: `toFloat64(${anchorSql(anchor)} - coalesce(${textToDay(compilation, created.alias)}, first_day))`,
    reads: [created],
  }));
}

/** `open` or `closed` as of the close before the anchor's day, in ticks too; recovering is open. */
function emitSignal(compilation: Compilation, rule: string, anchor: Anchor): PlanNode {
  compilation.signals.add(rule);
  for (const name of namesOf(compilation.ruleset, rule)) stringRef(compilation, name);
  const column = `signal_${[...compilation.signals].indexOf(rule)}`;
  const before =
    anchor.kind === 'T'
      ? 'h.2 <= previous_close'
      : `toInt32(toDate32(h.2, ${stringRef(compilation, compilation.timezone)})) < ${anchorSql(anchor)}`;
  return nodeFor(compilation, `signal ${rule} ${anchorKey(anchor)}`, () => ({
    sql: `if(arrayElement(arrayFilter(h -> ${before}, ${column}), -1).3 IN ('open', 'recovering'), 'open', 'closed')`,
    reads: [],
  }));
}
