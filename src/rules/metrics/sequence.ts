// `sequence: [STEP, …], within: D`: how many steps some user got through in order. Read from raw rows, since the days
// of a series do not say what came first.
import { eventsJson, windowJson } from '../definition-json.ts';
import type { Metric } from '../metric.ts';
import { explained, requiredDuration, steps, window, word } from '../read/fields.ts';
import { defineMetric } from './define-metric.ts';

export const sequence = defineMetric({
  key: 'sequence',
  fields: {
    sequence: steps(),
    within: explained(requiredDuration('within'), 'the time from the first step to the last'),
    window: window(),
    per: explained(
      word('per', ['user', 'account'] as const),
      "whose steps make a chain: one user's (default), or anyone's in the account",
    ),
    as: explained(
      word('as', ['steps', 'users'] as const),
      'the most steps (default), or how many users took them all',
    ),
  },
  docs: 'How many steps some user got through in order.',
  example: '{sequence: [signed_up, project_created, member_invited], within: 7d, window: 30d}',
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
    ...(as === 'users' ? { unit: 'users' } : {}),
    ...(as === 'steps' ? { most: { value: stages.length, instead: 'list more steps' } } : {}),
    nullable: days.kind === 'since',
    // An event that comes late may be the account's first, and then its first days are others.
    rising: days.kind !== 'first',
    emit: (context) => `ifNull(${context.prepared()}, 0)`,
  }),
});
