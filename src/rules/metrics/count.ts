// `count: EVENT`: events of the window; with `half_life`, each weighed by 2^(−age in days ÷ half-life).
import type { EmitContext } from '../metric.ts';
import { duration, events, explained, where, window } from '../read/fields.ts';
import type { Window } from '../window.ts';
import { defineMetric } from './define-metric.ts';
import { seriesMetric } from './series-metric.ts';

export const count = defineMetric({
  key: 'count',
  fields: {
    count: events(),
    where: where(),
    window: window(),
    half_life: explained(duration('half_life'), 'an event weighs half as much after every so many days'),
  },
  docs: 'How many events.',
  example: '{count: message_sent, where: {channel: general}, window: 30d}',
  build: ({ count: eventSet, where: filter, window: days, half_life: halfLife }) =>
    seriesMetric({
      kind: 'count',
      events: eventSet,
      where: filter,
      window: days,
      unit: 'events',
      nullable: false,
      rising: true,
      options: { half_life: halfLife ?? null },
      sql: (context) => (halfLife === undefined ? plain(days, context) : weighed(days, halfLife, context)),
    }),
});

const plain = (window: Window, context: EmitContext): string =>
  context.reduce({ aggregate: 'sum', of: 'n', window });

const weighed = (window: Window, halfLife: number, context: EmitContext): string =>
  context.reduce({
    aggregate: 'sum',
    of: `n * exp2((day_number - ${context.anchor}) / ${halfLife})`,
    window,
  });
