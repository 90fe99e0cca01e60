// What metrics over one series have in common: their definition, and that they have no operands.
import type { JsonObject, JsonValue } from '../../model/json.ts';
import { filterJson, seriesJson, windowJson } from '../definition-json.ts';
import type { EmitContext, Metric, MetricSeries, Most } from '../metric.ts';
import type { EventSet, Filter, Measure } from '../series.ts';
import type { Window } from '../window.ts';

interface SeriesParts {
  readonly events: EventSet;
  /** As written: tests of `user.TRAIT` are told apart here. */
  readonly where: Filter | undefined;
  /** Events are counted when left out. */
  readonly measure?: Measure;
  /** True when each user's days are needed apart, whatever `where` asks. */
  readonly perUser?: boolean;
}

export interface SeriesMetric extends SeriesParts {
  readonly kind: string;
  readonly window?: Window;
  /** See Metric. */
  readonly reachDays?: number;
  readonly nullable: boolean;
  readonly rising: boolean;
  /** See Metric; likewise `most`. */
  readonly unit?: NonNullable<Metric['unit']>;
  readonly most?: Most;
  /** What else defines it. */
  readonly options?: Readonly<Record<string, JsonValue>>;
  /** SQL, Nullable(Float64) or what converts to it. */
  readonly sql: (context: EmitContext) => string;
}

export function seriesMetric(parts: SeriesMetric): Metric {
  const series = makeSeries(parts);
  return {
    kind: parts.kind,
    definition: {
      kind: parts.kind,
      series: metricSeriesJson(series),
      window: parts.window === undefined ? null : windowJson(parts.window),
      ...parts.options,
    },
    series: [series],
    operands: [],
    window: parts.window,
    ...(parts.reachDays === undefined ? {} : { reachDays: parts.reachDays }),
    looksBackDays: 0,
    ...(parts.unit === undefined ? {} : { unit: parts.unit }),
    ...(parts.most === undefined ? {} : { most: parts.most }),
    nullable: parts.nullable || parts.window?.kind === 'since',
    rising: parts.rising && asksNoUser(series) && parts.events.kind !== 'signal' && !movesWithFirst(parts),
    emit: (context) => `toNullable(toFloat64(${parts.sql(context)}))`,
  };
}

export function makeSeries({ events, where, measure, perUser }: SeriesParts): MetricSeries {
  const users = (where ?? []).filter(({ property }) => property.startsWith('user.'));
  return {
    definition: {
      events,
      where: (where ?? []).filter((leaf) => !users.includes(leaf)),
      measure: measure ?? { kind: 'events' },
      perUser: perUser === true || users.length > 0,
    },
    users,
  };
}

export const metricSeriesJson = ({ definition, users }: MetricSeries): JsonObject => ({
  ...seriesJson(definition),
  users: filterJson(users),
});

/** An account's first day may turn out to be earlier, and then its first days end earlier too. */
const movesWithFirst = ({ window }: SeriesMetric): boolean => window?.kind === 'first';

/** A user's trait may be another in a moment, and then takes all of the user's events away. */
export const asksNoUser = ({ users }: MetricSeries): boolean => users.length === 0;
