// Compiles who is behind the numbers of rules: for each leaf over a metric of events, the users who did them. A plan of
// its own, since it is asked for few accounts, from raw rows, and only once something is to be told.
import type { TimeZone } from '../../model/time.ts';
import { leavesInOrder } from '../leaves-in-order.ts';
import type { Metric, MetricSeries, Subject } from '../metric.ts';
import type { Rule } from '../rule.ts';
import type { Ruleset } from '../ruleset.ts';
import { type Window, windowReach } from '../window.ts';
import { AT_T, type Compilation } from './compilation.ts';
import { emitReduction } from './emit-reduction.ts';
import { identifySeries } from './identify-series.ts';
import type { EvaluationPlan } from './plan.ts';
import { finishPlan, startCompilation } from './start-compilation.ts';

export interface PeopleColumn {
  /** Of the leaves, as written. */
  readonly subject: string;
  /** A column of users and their counts, or the day numbers on which they did it last. */
  readonly alias: string;
  readonly counts: 'events' | 'last_day';
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
}

/** Of a metric made of metrics: the events of the first that has some. */
function eventsBehind(subject: Subject, ruleset: Ruleset): EventsBehind | undefined {
  const metric = metricOf(subject, ruleset);
  if (metric === undefined) return undefined;
  const [series] = metric.series;
  if (series !== undefined && series.definition.events.kind !== 'signal')
    return { series, window: metric.window };
  for (const operand of metric.operands) {
    const behind = eventsBehind(operand, ruleset);
    if (behind !== undefined) return behind;
  }
  return undefined;
}

function metricOf(subject: Subject, ruleset: Ruleset): Metric | undefined {
  if (subject.kind === 'inline') return subject.metric;
  return subject.kind === 'metric' ? ruleset.metrics.get(subject.name) : undefined;
}

/** Without a window, as of `days_since_last`, who did it last says more than who did it most. */
function emitPeople(
  compilation: Compilation,
  { series: { definition, users }, window }: EventsBehind,
): Pick<PeopleColumn, 'alias' | 'counts'> {
  const perUser = { ...definition, perUser: true, measure: { kind: 'events' as const } };
  const id = identifySeries(perUser, compilation.timezone);
  const known = compilation.series.get(id);
  const own = window === undefined ? undefined : windowReach(window);
  const reachDays =
    own === undefined || (known !== undefined && known.reachDays === undefined)
      ? undefined
      : Math.max(own, known?.reachDays ?? 0);
  const series = { id, definition: perUser, reachDays };
  compilation.series.set(id, series);
  const reduction =
    window === undefined
      ? { aggregate: 'maxMap', of: '[user_id], [day_number]', window: { kind: 'ever' as const } }
      : { aggregate: 'sumMap', of: '[user_id], [n]', window };
  const alias = emitReduction(compilation, { series, users, reduction, anchor: AT_T });
  return { alias, counts: window === undefined ? 'last_day' : 'events' };
}
