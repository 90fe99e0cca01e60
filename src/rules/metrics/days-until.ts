// `days_until: account.TRAIT`: calendar days from the day of T to that of a date trait; negative on the other side of it.
import { dateTrait } from '../read/fields.ts';
import { dateMetric } from './date-metric.ts';
import { defineMetric } from './define-metric.ts';

export const daysUntil = defineMetric({
  key: 'days_until',
  fields: { days_until: dateTrait('days_until') },
  docs: 'Days from today to a date trait of the account; negative after it.',
  missing: 'the trait is missing or no date',
  example: '{days_until: account.renews_at}',
  build: ({ days_until: trait }) =>
    dateMetric({
      kind: 'days_until',
      trait,
      sql: (context) => `${context.traitDay(trait)} - ${context.anchor}`,
    }),
});
