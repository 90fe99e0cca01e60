// `formula: "a / max(b, 1)"`: arithmetic over metrics, traits, scores and numbers.
import type { Formula } from '../formula/formula.ts';
import { formulaMotion, type OperandMotion } from '../formula/formula-motion.ts';
import { writeFormula } from '../formula/write-formula.ts';
import type { Metric, Subject } from '../metric.ts';
import { formulaText } from '../read/fields.ts';
import type { Reading } from '../read/reading.ts';
import { defineMetric } from './define-metric.ts';
import { finite } from './finite.ts';
import { operandDefinition } from './operand-definition.ts';

export const formula = defineMetric({
  key: 'formula',
  fields: { formula: formulaText() },
  docs: 'Arithmetic over metrics, traits, scores and numbers: + - * / ( ) min max abs coalesce.',
  missing: 'an operand is missing outside coalesce, or something is divided by 0',
  example: '{formula: "messages / max(active_users, 1)"}',
  build: ({ formula: { formula: tree, operands } }, { reading }): Metric => ({
    kind: 'formula',
    definition: {
      kind: 'formula',
      tree,
      of: operands.map((operand) => operandDefinition(operand, reading)),
    },
    series: [],
    operands,
    window: undefined,
    looksBackDays: 0,
    nullable: true,
    rising: isRising(tree, operands, reading),
    emit: (context) => finite(writeFormula(tree, (index) => context.operand(index))),
  }),
});

function isRising(tree: Formula, operands: readonly Subject[], reading: Reading): boolean {
  const motions = operands.map((operand) => motionOf(operand, reading));
  return formulaMotion(tree, (index) => motions[index] ?? 'any') !== 'any';
}

function motionOf(operand: Subject, reading: Reading): OperandMotion {
  if (operand.kind === 'trait') return 'steady';
  const metric = reading.metricOf(operand);
  // A ratio over a negative trait falls; by itself it then never gets above 0, but in a formula it may.
  const rises = operand.kind === 'age_days' || (metric?.rising === true && metric.kind !== 'ratio');
  return rises ? 'rising' : 'any';
}
