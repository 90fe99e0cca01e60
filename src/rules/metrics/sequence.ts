// `sequence: [STEP, …], within: D`: how many steps some user got through in order. Read from raw rows, since the days
// of a series do not say what came first.
import { eventsJson, windowJson } from '../definition-json.ts';
import type { Metric } from '../metric.ts';
import { requiredDuration, steps, window, word } from '../read/fields.ts';
import { defineMetric } from './define-metric.ts';

export const sequence = defineMetric({
  key: 'sequence',
  fields: {
    sequence: steps(),
    within: requiredDuration('within'),
    window: window(),
    per: word('per', ['user', 'account'] as const),
    as: word('as', ['steps', 'users'] as const),
  },
  docs: 'How many steps some user got through in order; as: users counts the users who took them all.',
  build: ({ sequence: stages, within: withinDays, window: days, per = 'user', as = 'steps' }): Metric => ({
    kind: 'sequence',
    definition: {
      kind: 'sequence',
      steps: stages.map(eventsJson),
      within: withinDays,
      window: windowJson(days),
      per: as === 'users' ? 'user' : per,
      as,
    },
    series: [],
    operands: [],
    prepare: { kind: 'sequence', steps: stages, withinDays, per: as === 'users' ? 'user' : per, as },
    window: days,
    looksBackDays: 0,
    nullable: days.kind === 'since',
    rising: true,
    emit: (context) => `ifNull(${context.prepared()}, 0)`,
  }),
});
