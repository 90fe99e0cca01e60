// What has to happen before a rising rule can open in a tick: which events, or what is stated of accounts and users.
import { EVERY_EVENT, NO_EVENT } from '../model/tables.ts';
import type { Condition, ConditionLeaf } from './condition.ts';
import type { Metric, Subject } from './metric.ts';
import type { Rule } from './rule.ts';
import type { Ruleset } from './ruleset.ts';
import { type EventSet, holdsEvent, isTracked, type TrackedEvents } from './series.ts';
import type { Test } from './test.ts';
import type { Window } from './window.ts';

export interface OpenedBy {
  /** True where anything may: time alone, or the first event of an account. Nothing else is said then. */
  readonly anything: boolean;
  readonly events: readonly TrackedEvents[];
  /** Traits, memberships and what is made from them. */
  readonly statements: boolean;
}

type Parts = Pick<Ruleset, 'metrics' | 'segments'>;
type RuleParts = Pick<Rule, 'who' | 'when' | 'ifMissing'>;

/** Of a rule that `isRising` calls rising; of others it says nothing. */
export function openedBy(rule: RuleParts, ruleset: Parts): OpenedBy {
  const reading = new Reading(ruleset);
  const conditions = [rule.when, ...(rule.who === undefined ? [] : [rule.who])];
  for (const condition of conditions) reading.read(condition);
  // What holds without any event holds for an account from its first event on, whatever that is.
  const waits = rule.ifMissing !== 'true' && conditions.some((condition) => needsEvents(condition, ruleset));
  return { anything: reading.anything || !waits, events: reading.events, statements: reading.statements };
}

/** @param changed names of events, with NO_EVENT and EVERY_EVENT for what was stated, as batches announce them. */
export function mayOpenAfter(
  { anything, events, statements }: OpenedBy,
  changed: ReadonlySet<string>,
): boolean {
  if (anything) return true;
  return [...changed].some((name) =>
    isStatement(name) ? statements : events.some((set) => holdsEvent(set, name)),
  );
}

const isStatement = (name: string): boolean => name === NO_EVENT || name === EVERY_EVENT;

class Reading {
  readonly #ruleset: Parts;
  readonly #segments = new Set<string>();
  readonly events: TrackedEvents[] = [];
  statements = false;
  anything = false;

  constructor(ruleset: Parts) {
    this.#ruleset = ruleset;
  }

  read(condition: Condition): void {
    switch (condition.kind) {
      case 'constant':
        return;
      case 'leaf':
        this.#readLeaf(condition);
        return;
      case 'segment':
        this.#readSegment(condition.name);
        return;
      default:
        for (const part of condition.of) this.read(part);
    }
  }

  #readSegment(name: string): void {
    const segment = this.#ruleset.segments.get(name);
    if (segment === undefined || this.#segments.has(name)) return;
    this.#segments.add(name);
    this.read(segment);
  }

  #readLeaf({ subject, test }: ConditionLeaf): void {
    if (comparesDates(test)) this.anything = true;
    this.#readSubject(subject);
  }

  #readSubject(subject: Subject): void {
    if (subject.kind === 'trait') this.statements = true;
    else if (subject.kind === 'metric') this.#readMetric(this.#ruleset.metrics.get(subject.name));
    else if (subject.kind === 'inline') this.#readMetric(subject.metric);
    else this.anything = true;
  }

  #readMetric(metric: Metric | undefined): void {
    if (metric === undefined || !onlyFallsWithTime(metric)) this.anything = true;
    if (metric === undefined) return;
    for (const { definition } of metric.series) this.#readEvents(definition.events);
    if (metric.prepare?.kind === 'sequence') for (const step of metric.prepare.steps) this.#readEvents(step);
    for (const operand of metric.operands) this.#readSubject(operand);
  }

  #readEvents(events: EventSet): void {
    if (isTracked(events)) this.events.push(events);
    else if (events.kind === 'signal') this.anything = true;
    else this.statements = true;
  }
}

const comparesDates = (test: Test): boolean => JSON.stringify(test).includes('"type":"date"');

/** Its days leave a window that ends today and none but today's come in. */
const onlyFallsWithTime = ({ window, looksBackDays, conditions, prepare }: Metric): boolean =>
  slides(window) && looksBackDays === 0 && conditions === undefined && prepare?.kind !== 'rank';

const slides = (window: Window | undefined): boolean =>
  window === undefined || window.kind === 'days' || window.kind === 'months' || window.kind === 'ever';

/** True where no account without events that the condition names can fulfil it. */
function needsEvents(condition: Condition, ruleset: Parts, above: readonly string[] = []): boolean {
  const partNeeds = (part: Condition) => needsEvents(part, ruleset, above);
  switch (condition.kind) {
    case 'all':
      return condition.of.some(partNeeds);
    case 'any':
    case 'at_least':
      return condition.of.length > 0 && condition.of.every(partNeeds);
    case 'leaf':
      return isCounted(condition.subject, ruleset);
    case 'segment': {
      const segment = ruleset.segments.get(condition.name);
      if (segment === undefined || above.includes(condition.name)) return false;
      return needsEvents(segment, ruleset, [...above, condition.name]);
    }
    default:
      return false;
  }
}

/** A metric over events, or over changes that were stated, is 0 or nothing without them, which no rising test takes. */
function isCounted(subject: Subject, { metrics }: Pick<Parts, 'metrics'>): boolean {
  const metric =
    subject.kind === 'inline'
      ? subject.metric
      : subject.kind === 'metric'
        ? metrics.get(subject.name)
        : undefined;
  if (metric === undefined) return false;
  const [numerator] = metric.operands;
  if (numerator !== undefined) return metric.kind === 'ratio' && isCounted(numerator, { metrics });
  const sets =
    metric.prepare?.kind === 'sequence'
      ? metric.prepare.steps
      : metric.series.map(({ definition }) => definition.events);
  return sets.length > 0 && sets.every(({ kind }) => kind !== 'signal');
}
