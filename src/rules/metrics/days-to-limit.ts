// `days_to_limit: METRIC, limit: METRIC or number`: days until it reaches the limit at the pace of the last 28 days.
import type { EmitContext, Metric, Subject } from '../metric.ts';
import { explained, limit, operand } from '../read/fields.ts';
import { sqlNumber } from '../sql-number.ts';
import { defineMetric } from './define-metric.ts';
import { finite } from './finite.ts';
import { operandDefinition } from './operand-definition.ts';

const PACE_DAYS = 28;

export const daysToLimit = defineMetric({
  key: 'days_to_limit',
  fields: {
    days_to_limit: operand('days_to_limit'),
    limit: explained(limit(), 'a number, or what holds it, such as account.seats'),
  },
  docs: 'Days until the metric reaches the limit at the pace of the last 28 closed days; 0 when it is there.',
  missing: 'the metric or the limit is missing, or the metric does not grow',
  example: '{days_to_limit: active_users, limit: account.seats}',
  build: ({ days_to_limit: subject, limit: bound }, { reading }): Metric => ({
    kind: 'days_to_limit',
    definition: {
      kind: 'days_to_limit',
      of: operandDefinition(subject, reading),
      limit: typeof bound === 'number' ? bound : operandDefinition(bound, reading),
    },
    series: [],
    operands: typeof bound === 'number' ? [subject] : [subject, bound],
    window: undefined,
    looksBackDays: PACE_DAYS,
    nullable: true,
    rising: false,
    emit: (context) => emitDays(bound, context),
  }),
});

function emitDays(bound: Subject | number, context: EmitContext): string {
  const now = context.operandAt(0, { kind: 'closed', daysBack: 0 });
  const before = context.operandAt(0, { kind: 'closed', daysBack: PACE_DAYS });
  const limit =
    typeof bound === 'number' ? sqlNumber(bound) : context.operandAt(1, { kind: 'closed', daysBack: 0 });
  const grows = `${now} > ${before}`;
  return finite(
    `multiIf(${now} >= ${limit}, 0, ${grows}, ${PACE_DAYS} * (${limit} - ${now}) / (${now} - ${before}), NULL)`,
  );
}
