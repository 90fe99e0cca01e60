// Metrics over the numeric values of a property: numbers, and texts that are numbers. Other values measure nothing.
import type { Look } from '../look.ts';
import { propertyText } from '../occurrences.ts';
import { asText, type PlainMap } from '../plain.ts';
import { textToNumber } from '../test-value.ts';
import { inWindow } from './counted.ts';
import type { MetricFunction } from './metric-function.ts';

type Measure = (values: readonly number[]) => number;

const add: Measure = (values) => values.reduce((sum, value) => sum + value, 0);

/** By the key that names it; all but `sum` are null without a value. */
const MEASURES: Readonly<Record<string, Measure>> = {
  sum: add,
  avg: (values) => add(values) / values.length,
  min: (values) => Math.min(...values),
  max: (values) => Math.max(...values),
  last: (values) => values.at(-1) ?? Number.NaN,
  p50: quantile(0.5),
  p90: quantile(0.9),
  p95: quantile(0.95),
  p99: quantile(0.99),
};

export const MEASURED: Readonly<Record<string, MetricFunction>> = Object.fromEntries(
  Object.keys(MEASURES).map((key) => [key, (look: Look, metric: PlainMap) => measured(key, look, metric)]),
);

function measured(key: string, look: Look, metric: PlainMap): number | null {
  return inWindow(look, metric, metric.of, (events) => {
    const property = asText(metric[key]);
    const values = events
      .map(({ properties }) => propertyText(properties, property))
      .map((text) => (text === null ? null : textToNumber(text)))
      .filter((value) => value !== null);
    return values.length === 0 && key !== 'sum' ? null : (MEASURES[key] ?? add)(values);
  });
}

/** The value at rank floor(q × (n − 1)) of the sorted values. */
function quantile(q: number): Measure {
  return (values) => [...values].sort((a, b) => a - b)[Math.floor(q * (values.length - 1))] ?? Number.NaN;
}
