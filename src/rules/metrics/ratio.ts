// `ratio: [METRIC, METRIC]`: first ÷ second; null when either is missing, or the second is 0 or too small to say.
import type { Metric, Subject } from '../metric.ts';
import { explained, number, operandPair } from '../read/fields.ts';
import type { Reading } from '../read/reading.ts';
import { sqlNumber } from '../sql-number.ts';
import { defineMetric } from './define-metric.ts';
import { finite } from './finite.ts';
import { operandDefinition } from './operand-definition.ts';

export const ratio = defineMetric({
  key: 'ratio',
  fields: {
    ratio: operandPair('ratio'),
    min_denominator: explained(number('min_denominator'), 'the second is too small to say below this'),
  },
  docs: 'The first divided by the second.',
  missing: 'either is missing, or the second is 0 or below min_denominator',
  example: '{ratio: [active_users, account.seats], min_denominator: 3}',
  build: ({ ratio: [numerator, denominator], min_denominator: least }, { reading }): Metric => ({
    kind: 'ratio',
    definition: {
      kind: 'ratio',
      of: [operandDefinition(numerator, reading), operandDefinition(denominator, reading)],
      min_denominator: least ?? null,
    },
    series: [],
    operands: [numerator, denominator],
    window: undefined,
    looksBackDays: 0,
    nullable: true,
    rising: isRising(numerator, denominator, reading),
    emit: (context) => {
      const below = context.operand(1);
      const large = least === undefined ? below : `if(${below} >= ${sqlNumber(least)}, ${below}, NULL)`;
      return finite(`${context.operand(0)} / nullIf(${large}, 0)`);
    },
  }),
});

/**
 * Over a trait, which no usage event changes. A negative one turns it round, but then what is never negative itself
 * does not pass a gte above 0.
 */
function isRising(numerator: Subject, denominator: Subject, reading: Reading): boolean {
  if (denominator.kind !== 'trait') return false;
  if (numerator.kind === 'trait') return true;
  const metric = reading.metricOf(numerator);
  return metric?.rising === true && !MAY_BE_NEGATIVE.includes(metric.kind);
}

const MAY_BE_NEGATIVE: readonly string[] = ['max', 'ratio', 'formula'];
