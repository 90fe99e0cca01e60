// `days_since_last` is missing where it never happened, so that those accounts are never found. Warns of it, unless the
// rule says what "never" means, or asks elsewhere that it happened.
import { canonicalJson } from '../../model/canonical-json.ts';
import type { Condition, ConditionLeaf } from '../condition.ts';
import { eventsJson, filterJson } from '../definition-json.ts';
import type { Metric } from '../metric.ts';
import type { ReadRule } from '../read/read-rule.ts';
import type { Reading } from '../read/reading.ts';
import type { EventSet, Filter, FilterLeaf } from '../series.ts';
import type { Test } from '../test.ts';
import { leavesOf } from './leaves-of.ts';

/** Each is held against each; a rule that a person wrote has a handful. */
const MOST = 50;

type Segments = ReadonlyMap<string, Condition>;

export function lintNever(rule: ReadRule, segments: Segments, reading: Reading): void {
  const who: Condition = rule.who ?? { kind: 'constant', value: true };
  const idle = new IdleLeaves(segments, reading);
  idle.visit(rule.when, idle.needed(who));
  if (idle.found.length === 0) return;
  const all = [...leavesOf(who, segments).slice(0, MOST), ...leavesOf(rule.when, segments).slice(0, MOST)];
  for (const { leaf, metric, held } of idle.found) {
    const span = reading.spans.get(leaf);
    const name = leaf.text.subject;
    const said = all.some((other) => saysNever(other, name, metric, reading));
    if (span === undefined || said || held.some((other) => saysHappened(other, leaf, metric, reading)))
      continue;
    const hint = `any: [{${name}: {${leaf.text.test.replace(' ', ': ')}}}, {${name}: {exists: false}}], if "never" is meant too`;
    const message = `"${name}" is missing for accounts where it never happened: they are not found`;
    reading.problems.add('L002', span, message, hint);
  }
}

interface IdleLeaf {
  readonly leaf: ConditionLeaf;
  readonly metric: Metric;
  /** Leaves that must hold too wherever this one opens the signal. */
  readonly held: readonly ConditionLeaf[];
}

class IdleLeaves {
  readonly found: IdleLeaf[] = [];
  readonly #segments: Segments;
  readonly #reading: Reading;
  readonly #opened = new Set<string>();

  constructor(segments: Segments, reading: Reading) {
    this.#segments = segments;
    this.#reading = reading;
  }

  visit(condition: Condition, held: readonly ConditionLeaf[]): void {
    if (this.found.length >= MOST) return;
    switch (condition.kind) {
      case 'leaf': {
        const metric = this.#reading.metricOf(condition.subject);
        if (metric !== undefined && isBlind(condition, metric))
          this.found.push({ leaf: condition, metric, held });
        return;
      }
      case 'segment': {
        const inner = this.#opened.has(condition.name) ? undefined : this.#segments.get(condition.name);
        this.#opened.add(condition.name);
        if (inner !== undefined) this.visit(inner, held);
        return;
      }
      case 'all': {
        const more = [...held, ...this.needed(condition)].slice(0, MOST);
        for (const part of condition.of) this.visit(part, more);
        return;
      }
      case 'any':
      case 'at_least':
        for (const part of condition.of) this.visit(part, held);
        return;
      case 'none':
      case 'constant':
        return;
    }
  }

  /** The leaves of which every one must hold. */
  needed(condition: Condition, levels = MOST): readonly ConditionLeaf[] {
    if (condition.kind === 'leaf') return [condition];
    if (levels === 0) return [];
    if (condition.kind === 'all')
      return condition.of.slice(0, MOST).flatMap((part) => this.needed(part, levels - 1).slice(0, MOST));
    const inner = condition.kind === 'segment' ? this.#segments.get(condition.name) : undefined;
    return inner === undefined ? [] : this.needed(inner, levels - 1);
  }
}

/** Asks for long ago, which never is not. */
const isBlind = ({ test }: ConditionLeaf, metric: Metric): boolean =>
  metric.kind === 'days_since_last' && (test.op === 'gt' || test.op === 'gte');

/** `exists` of the same, or 0 of what counts the same events. */
function saysNever(leaf: ConditionLeaf, name: string, idle: Metric, reading: Reading): boolean {
  if (leaf.text.subject === name) return leaf.test.op === 'exists';
  const metric = reading.metricOf(leaf.subject);
  return metric !== undefined && !metric.nullable && counts(idle, metric) && isZero(leaf.test);
}

/** True of no account where the events of `idle` never happened. */
function saysHappened(leaf: ConditionLeaf, blind: ConditionLeaf, idle: Metric, reading: Reading): boolean {
  const metric = reading.metricOf(leaf.subject);
  if (leaf === blind || metric === undefined || isBlind(leaf, metric) || !counts(metric, idle)) return false;
  if (leaf.test.op === 'exists') return metric.nullable && leaf.test.value;
  return metric.nullable || !passes(leaf.test, 0);
}

/** Every event that `inner` looks at is one that `outer` looks at. */
function counts(inner: Metric, outer: Metric): boolean {
  const [[a, ...more], [b]] = [inner.series, outer.series];
  if (a === undefined || b === undefined || more.length > 0) return false;
  const [narrow, wide] = [a.definition, b.definition];
  return (
    covers(wide.events, narrow.events) && includes(narrow.where, wide.where) && includes(a.users, b.users)
  );
}

function covers(outer: EventSet, inner: EventSet): boolean {
  if (outer.kind === 'any') return inner.kind === 'any' || inner.kind === 'named';
  if (outer.kind === 'named' && inner.kind === 'named')
    return inner.names.every((name) => outer.names.includes(name));
  return canonicalJson(eventsJson(outer)) === canonicalJson(eventsJson(inner));
}

function includes(filter: Filter, part: Filter): boolean {
  const keys = new Set(filter.map(keyOf));
  return part.every((leaf) => keys.has(keyOf(leaf)));
}

const keyOf = (leaf: FilterLeaf): string => canonicalJson(filterJson([leaf]));

const isZero = (test: Test): boolean => passes(test, 0) && !passes(test, 1);

/** Whether the number passes; a test of something else does not. */
function passes(test: Test, value: number): boolean {
  switch (test.op) {
    case 'equals':
      return test.value.value === value;
    case 'in':
      return test.values.some((literal) => literal.value === value);
    case 'gt':
      return value > Number(test.value.value);
    case 'gte':
      return value >= Number(test.value.value);
    case 'lt':
      return value < Number(test.value.value);
    case 'lte':
      return value <= Number(test.value.value);
    case 'between':
      return value >= Number(test.low.value) && value <= Number(test.high.value);
    case 'not':
      return !test.tests.every((inner) => passes(inner, value));
    case 'exists':
      return test.value;
    default:
      return false;
  }
}
