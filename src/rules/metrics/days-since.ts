// `days_since: account.TRAIT`: calendar days from the day of a date trait to that of T; negative on the other side of it.
import { dateTrait } from '../read/fields.ts';
import { dateMetric } from './date-metric.ts';
import { defineMetric } from './define-metric.ts';

export const daysSince = defineMetric({
  key: 'days_since',
  fields: { days_since: dateTrait('days_since') },
  docs: 'Days from a date trait of the account to today; negative before it.',
  missing: 'the trait is missing or no date',
  example: '{days_since: account.trial_started_at}',
  build: ({ days_since: trait }) =>
    dateMetric({
      kind: 'days_since',
      trait,
      sql: (context) => `${context.anchor} - ${context.traitDay(trait)}`,
    }),
});
