// Compiles who is behind the numbers of rules: for each leaf over a metric of events, the users who did them. A plan of
// its own, since it is asked for few accounts, from raw rows, and only once something is to be told.
import type { TimeZone } from '../../model/time.ts';
import { leavesInOrder } from '../leaves-in-order.ts';
import type { CountedUsers, Metric, MetricSeries, Reduction, Subject } from '../metric.ts';
import { windowBefore } from '../metrics/compared-users.ts';
import type { Rule } from '../rule.ts';
import type { Ruleset } from '../ruleset.ts';
import { type EventSet, isTracked } from '../series.ts';
import { type Window, windowReach } from '../window.ts';
import { AT_T, type Compilation } from './compilation.ts';
import { emitReduction } from './emit-reduction.ts';
import { emitWindowStart } from './emit-window.ts';
import { identifySeries } from './identify-series.ts';
import type { EvaluationPlan } from './plan.ts';
import { finishPlan, startCompilation } from './start-compilation.ts';

interface PeopleColumn {
  /** Of the leaves, as written. */
  readonly subject: string;
  /** A column of users and their counts, or the day numbers on which they did it last. */
  readonly alias: string;
  readonly counts: 'events' | 'last_day';
  /** Another column of users: only they are told, or only others. */
  readonly only?: { readonly alias: string; readonly in: boolean };
}

export interface PeoplePlan {
  readonly plan: EvaluationPlan;
  readonly columns: readonly PeopleColumn[];
}

export interface CompilePeople {
  readonly ruleset: Ruleset;
  readonly rules: readonly Rule[];
  readonly timezone: TimeZone;
}

export function compilePeople({ ruleset, rules, timezone }: CompilePeople): PeoplePlan {
  const compilation = startCompilation(ruleset, timezone);
  const columns = new Map<string, PeopleColumn>();
  for (const rule of rules)
    for (const leaf of leavesInOrder(rule.when, ruleset.segments)) {
      const subject = leaf.text.subject;
      const behind = columns.has(subject) ? undefined : eventsBehind(leaf.subject, ruleset);
      if (behind !== undefined) columns.set(subject, { subject, ...emitPeople(compilation, behind) });
    }
  const nothing = { metrics: [], texts: [], outcomes: [], scores: [] };
  const plan = finishPlan(compilation, nothing, {
    metrics: 0,
    texts: 0,
    outcomes: 0,
    scores: 0,
    rules: new Map(),
    scoreLayouts: new Map(),
    traits: new Map(),
  });
  return { plan, columns: [...columns.values()] };
}

interface EventsBehind {
  readonly series: MetricSeries;
  readonly window: Window | undefined;
  readonly counted: CountedUsers | undefined;
}

/** Of a metric made of metrics: the events of the first that has some. */
function eventsBehind(subject: Subject, ruleset: Ruleset): EventsBehind | undefined {
  const metric = metricOf(subject, ruleset);
  if (metric === undefined) return undefined;
  const series = mergeSeries(metric.series.filter(({ definition }) => definition.events.kind !== 'signal'));
  if (series !== undefined) return { series, window: metric.window, counted: metric.counted };
  for (const operand of metric.operands) {
    const behind = eventsBehind(operand, ruleset);
    if (behind !== undefined) return behind;
  }
  return undefined;
}

/** Of several, as features have, the tracked events of all; they ask the same of them. */
function mergeSeries(series: readonly MetricSeries[]): MetricSeries | undefined {
  const [first, ...rest] = series.filter(({ definition }) => isTracked(definition.events));
  if (first === undefined || rest.length === 0) return first ?? series[0];
  const names = [first, ...rest].map(({ definition: { events } }) =>
    events.kind === 'named' ? events.names : undefined,
  );
  const events: EventSet = names.includes(undefined)
    ? { kind: 'any' }
    : { kind: 'named', names: [...new Set(names.flatMap((some) => some ?? []))].sort() };
  return { ...first, definition: { ...first.definition, events } };
}

function metricOf(subject: Subject, ruleset: Ruleset): Metric | undefined {
  if (subject.kind === 'inline') return subject.metric;
  return subject.kind === 'metric' ? ruleset.metrics.get(subject.name) : undefined;
}

/** Without a window, as of `days_since_last`, who did it last says more than who did it most. */
function emitPeople(
  compilation: Compilation,
  { series: { definition, users }, window, counted }: EventsBehind,
): Omit<PeopleColumn, 'subject'> {
  const perUser = { ...definition, perUser: true, measure: { kind: 'events' as const } };
  const id = identifySeries(perUser, compilation.timezone);
  const known = compilation.series.get(id);
  const reach = window === undefined ? undefined : windowReach(window);
  const own = reach === undefined || counted === undefined ? reach : 2 * reach;
  const reachDays =
    own === undefined || (known !== undefined && known.reachDays === undefined)
      ? undefined
      : Math.max(own, known?.reachDays ?? 0);
  const series = { id, definition: perUser, reachDays };
  compilation.series.set(id, series);
  const emit = (reduction: Reduction) =>
    emitReduction(compilation, { series, users, reduction, anchor: AT_T });
  if (window === undefined) {
    const lastDays = {
      aggregate: 'maxMap',
      of: '[user_id], [day_number]',
      window: { kind: 'ever' as const },
    };
    return { alias: emit(lastDays), counts: 'last_day' };
  }
  const countsIn = (days: Reduction['window']) =>
    emit({ aggregate: 'sumMap', of: '[user_id], [n]', window: days });
  const start = emitWindowStart(compilation, window, AT_T);
  if (counted === undefined || start === undefined) return { alias: countsIn(window), counts: 'events' };
  const [now, before] = [countsIn(window), countsIn(windowBefore(window, start))];
  const [alias, other] = counted.of === 'now' ? [now, before] : [before, now];
  return { alias, counts: 'events', only: { alias: other, in: counted.alsoInOther } };
}
