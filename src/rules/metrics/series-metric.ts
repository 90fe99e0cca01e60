// What metrics over one stored series have in common: their definition, and that they have no operands.
import type { JsonObject, JsonValue } from '../../model/json.ts';
import { seriesJson, windowJson } from '../definition-json.ts';
import type { EmitContext, Metric } from '../metric.ts';
import type { EventSet, Filter } from '../series.ts';
import type { Window } from '../window.ts';

export interface SeriesMetric {
  readonly kind: string;
  readonly events: EventSet;
  readonly where: Filter | undefined;
  readonly property?: string;
  readonly window?: Window;
  readonly nullable: boolean;
  readonly rising: boolean;
  /** What else defines it. */
  readonly options?: Readonly<Record<string, JsonValue>>;
  /** SQL, Nullable(Float64) or what converts to it. */
  readonly sql: (context: EmitContext) => string;
}

export function seriesMetric(parts: SeriesMetric): Metric {
  const series = { events: parts.events, where: parts.where ?? [], property: parts.property };
  const definition: JsonObject = {
    kind: parts.kind,
    series: seriesJson(series),
    window: parts.window === undefined ? null : windowJson(parts.window),
    ...parts.options,
  };
  return {
    kind: parts.kind,
    definition,
    series,
    operands: [],
    window: parts.window,
    looksBackDays: 0,
    nullable: parts.nullable,
    rising: parts.rising,
    emit: (context) => `toNullable(toFloat64(${parts.sql(context)}))`,
  };
}
