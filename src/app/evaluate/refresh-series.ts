// Brings the stored series up to V: new ones from all raw rows, month by month; known ones where batches changed them.
import type { Corrections } from '../../model/corrections.ts';
import type { EpochMicros } from '../../model/time.ts';
import { SERIES_SEMANTICS } from '../../rules/compile/identify-series.ts';
import { keptSeries } from '../../rules/compile/kept-series.ts';
import type { EvaluationPlan, PlannedSeries } from '../../rules/compile/plan.ts';
import type { RefreshScope } from '../../rules/compile/refresh-scope.ts';
import { writeChangedDays } from '../../rules/compile/write-changed-days.ts';
import { writeRefreshes } from '../../rules/compile/write-refresh.ts';
import { seriesJson } from '../../rules/definition-json.ts';
import {
  holdsEvent,
  isStored,
  isTracked,
  type SeriesDefinition,
  type TrackedEvents,
} from '../../rules/series.ts';
import { countAccounts } from '../../store/evaluation/count-accounts.ts';
import { readChanges } from '../../store/evaluation/read-changes.ts';
import { hasNewRetractions } from '../../store/evaluation/read-corrections.ts';
import { readSlices } from '../../store/evaluation/read-slices.ts';
import {
  mergeMonth,
  readRawMonths,
  readWholeSeries,
  type SeriesTable,
  writeSeries,
} from '../../store/evaluation/series-state.ts';
import type { Evaluator } from './evaluator.ts';
import { resolvePersons } from './resolve-persons.ts';
import { type MonthSpan, spanMonths } from './span-months.ts';

export interface RefreshedTo {
  readonly plan: EvaluationPlan;
  readonly bound: EpochMicros;
  /** Batches that this evaluation took; none leave the known series as they are. */
  readonly batches: number;
  /** Kinds that the project has, those of the batches among them. */
  readonly corrections: Corrections;
}

export async function refreshSeries(evaluator: Evaluator, to: RefreshedTo): Promise<void> {
  const whole = await readWholeSeries(evaluator.store);
  const stored = storedSeries(to.plan);
  const known = stored.filter((series) => whole.has(series.id));
  const fresh = stored.filter((series) => !whole.has(series.id));
  if (to.batches > 0) await refreshChanged(evaluator, to, known);
  if (fresh.length > 0) await backfill(evaluator, to, fresh);
}

/** What a plan keeps in tables; other series are made when they are asked for. */
export const storedSeries = (plan: EvaluationPlan): readonly PlannedSeries[] =>
  keptSeries(plan).filter(({ definition }) => isStored(definition));

/** Series that none of the changed events belong to are left as they are. */
async function refreshChanged(
  evaluator: Evaluator,
  to: RefreshedTo,
  known: readonly PlannedSeries[],
): Promise<void> {
  const { store, timezone } = evaluator;
  const corrected = await applyCorrections(store, to);
  await store.execute(writeChangedDays(to.bound, timezone, to.corrections));
  const { events, months, attributed } = await readChanges(store, to.bound);
  const touched = known.filter(
    ({ definition }) => isTracked(definition.events) && holdsOneOf(definition.events, events),
  );
  const scope = { kind: 'changed' as const, tick: to.bound, attributed: attributed || corrected };
  const spans = spanMonths(months);
  if (spans.length <= 1 && spans[0]?.slices === 1) return refresh(evaluator, to, touched, scope);
  // An import of years of history changes them all.
  for (const span of spans) {
    const within = { from: span.from, to: span.to };
    await refreshSpan(evaluator, to, { series: touched, span, scope: { ...scope, within } });
  }
}

/** True when a day may have lost events that it had: what is taken back leaves days and users without any. */
async function applyCorrections(
  store: Evaluator['store'],
  { bound, corrections }: RefreshedTo,
): Promise<boolean> {
  const joined = corrections.aliases && (await resolvePersons({ store, tick: bound }));
  const retracted = corrections.retractions && (await hasNewRetractions(store, bound));
  return joined || retracted;
}

const holdsOneOf = (events: TrackedEvents, names: ReadonlySet<string>): boolean =>
  [...names].some((name) => holdsEvent(events, name));

async function refresh(
  evaluator: Evaluator,
  { bound, corrections }: RefreshedTo,
  series: readonly PlannedSeries[],
  scope: RefreshScope,
): Promise<void> {
  const statements = writeRefreshes({ series, scope, timezone: evaluator.timezone, bound, corrections });
  for (const statement of statements) await evaluator.store.execute(statement);
}

interface SpanRefresh {
  readonly series: readonly PlannedSeries[];
  readonly span: MonthSpan;
  readonly scope: RefreshScope;
}

/** Slices are equal in accounts, and so about in rows. */
async function refreshSpan(
  evaluator: Evaluator,
  to: RefreshedTo,
  { series, span, scope }: SpanRefresh,
): Promise<void> {
  if (span.slices === 1) return refresh(evaluator, to, series, scope);
  const accounts = await countAccounts(evaluator.store);
  const slices = await readSlices(evaluator.store, Math.max(1, Math.ceil(accounts / span.slices)));
  for (const slice of slices) await refresh(evaluator, to, series, { ...scope, slice });
}

/** `ready` is written last: a backfill that was cut short is begun again. */
async function backfill(
  evaluator: Evaluator,
  to: RefreshedTo,
  series: readonly PlannedSeries[],
): Promise<void> {
  await markSeries(evaluator, to, series, 'backfilling');
  const raw = await readRawMonths(evaluator.store);
  let done = 0;
  const tables = new Set(series.map(({ definition }) => tableOf(definition)));
  for (const span of spanMonths(raw)) {
    const { from, to: end, months } = span;
    evaluator.onBackfill?.({ series: series.length, month: from, done, months: raw.length });
    await refreshSpan(evaluator, to, { series, span, scope: { kind: 'days', from, to: end } });
    for (const month of months) for (const table of tables) await mergeMonth(evaluator.store, table, month);
    done += months.length;
  }
  await markSeries(evaluator, to, series, 'ready');
}

const tableOf = ({ perUser }: SeriesDefinition): SeriesTable =>
  perUser ? 'series_user_days' : 'series_days';

export const markSeries = (
  evaluator: Evaluator,
  { bound }: Pick<RefreshedTo, 'bound'>,
  series: readonly PlannedSeries[],
  state: 'backfilling' | 'ready',
): Promise<void> =>
  writeSeries(
    evaluator,
    series.map(({ id, definition }) => ({
      id,
      definition: seriesJson(definition),
      timezone: evaluator.timezone,
      semantics: SERIES_SEMANTICS,
      state,
      wholeTo: bound,
    })),
  );
