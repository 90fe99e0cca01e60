// What metrics of a property's numeric values share. Null when the window has no numeric value.
import type { EmitContext, Metric } from '../metric.ts';
import type { EventSet, Filter } from '../series.ts';
import type { Window } from '../window.ts';
import { seriesMetric } from './series-metric.ts';

interface MeasuredNumbers {
  readonly kind: string;
  readonly property: string;
  readonly events: EventSet;
  readonly where: Filter | undefined;
  readonly window: Window;
  readonly rising?: boolean;
  readonly sql: (context: EmitContext) => string;
}

export const measuredNumbers = ({ property, rising = false, ...parts }: MeasuredNumbers): Metric =>
  seriesMetric({ ...parts, measure: { kind: 'numbers', property }, nullable: true, rising });

/** In SQL: how many numeric values the window has. */
export const valuesIn = (window: Window, context: EmitContext): string =>
  context.reduce({ aggregate: 'sum', of: 'v_n', window });
