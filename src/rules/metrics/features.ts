// `features: [EVENT, …]`: how many of the elements occurred. An element that is a list of events is one feature.
import { windowJson } from '../definition-json.ts';
import type { EmitContext, Metric, MetricSeries } from '../metric.ts';
import { eventSets, where, window } from '../read/fields.ts';
import type { Window } from '../window.ts';
import { defineMetric } from './define-metric.ts';
import { asksNoUser, makeSeries, metricSeriesJson } from './series-metric.ts';

export const features = defineMetric({
  key: 'features',
  fields: { features: eventSets('features'), where: where(), window: window() },
  docs: 'How many of the listed features were used at least once; a list within the list is one feature.',
  example: '{features: [search_run, [report_exported, report_shared], user.role], window: 28d}',
  build: ({ features: elements, where: filter, window: days }): Metric => {
    const series = elements.map((events) => makeSeries({ events, where: filter }));
    return {
      kind: 'features',
      definition: {
        kind: 'features',
        series: series.map(metricSeriesJson),
        window: windowJson(days),
      },
      series,
      operands: [],
      window: days,
      looksBackDays: 0,
      most: { value: elements.length, instead: 'list more events' },
      nullable: days.kind === 'since',
      rising: days.kind !== 'first' && series.every((one) => asksNoUser(one) && !isOpening(one)),
      emit: (context) => `toNullable(toFloat64(${sumOfUsed(series.length, days, context)}))`,
    };
  },
});

const isOpening = ({ definition }: MetricSeries): boolean => definition.events.kind === 'signal';

const sumOfUsed = (elements: number, window: Window, context: EmitContext): string =>
  Array.from(
    { length: elements },
    (_, series) => `(${context.reduce({ aggregate: 'sum', of: 'n', window, series })} > 0)`,
  ).join(' + ');
