// `change: METRIC`: its value at the last closed day against some days earlier, as a fraction or a difference.
import type { EmitContext, Metric, Subject } from '../metric.ts';
import { duration, explained, number, operand, word } from '../read/fields.ts';
import type { Reading } from '../read/reading.ts';
import { sqlBoth } from '../sql-both.ts';
import { sqlNumber } from '../sql-number.ts';
import { defineMetric, type MetricPlace } from './define-metric.ts';
import { finite } from './finite.ts';
import { operandDefinition } from './operand-definition.ts';

const AS = ['relative', 'absolute'] as const;

export const change = defineMetric({
  key: 'change',
  fields: {
    change: operand('change'),
    over: explained(duration('over'), "how many days earlier; the metric's own window when left out"),
    as: explained(
      word('as', AS),
      'relative (default) is a fraction of the earlier value, absolute the difference',
    ),
    min_base: explained(number('min_base'), 'the earlier value is too small to say below this'),
  },
  docs: 'Value at the last closed day against some days earlier; relative: 0.25 is a quarter more.',
  missing:
    'the earlier value is missing or below min_base, the account is too young for it, or (relative) it is 0',
  example: '{change: messages, over: 28d, as: relative, min_base: 10}',
  build: ({ change: subject, over, as = 'relative', min_base: leastBase }, place) => {
    const days = over ?? ownDays(subject, place.reading);
    if (days === undefined) return reportNoSpan(place);
    warnOfParts(subject, days, place);
    return makeChange({ subject, days, as, leastBase }, place.reading);
  },
});

interface Change {
  readonly subject: Subject;
  /** Between the two values compared. */
  readonly days: number;
  readonly as: (typeof AS)[number];
  readonly leastBase: number | undefined;
}

function makeChange(parts: Change, reading: Reading): Metric {
  const { subject, days, as, leastBase } = parts;
  return {
    kind: 'change',
    definition: {
      kind: 'change',
      of: operandDefinition(subject, reading),
      over: days,
      as,
      min_base: leastBase ?? null,
    },
    series: [],
    operands: [subject],
    window: undefined,
    looksBackDays: days,
    nullable: true,
    rising: false,
    emit: (context) => emitChange(parts, context),
  };
}

function emitChange({ days, as, leastBase }: Change, context: EmitContext): string {
  const base = context.operandAt(0, { kind: 'closed', daysBack: days });
  const now = context.operandAt(0, { kind: 'closed', daysBack: 0 });
  const oldEnough = `${context.firstDay} <= ${context.lastClosed} - ${days + context.reachDays(0) - 1}`;
  const enough = leastBase === undefined ? [] : [`${base} >= ${sqlNumber(leastBase)}`];
  const value = as === 'absolute' ? `${now} - ${base}` : `(${now} - ${base}) / nullIf(abs(${base}), 0)`;
  return finite(`if(${sqlBoth([oldEnough, ...enough])}, ${value}, NULL)`);
}

function ownDays(subject: Subject, reading: Reading): number | undefined {
  const window = reading.metricOf(subject)?.window;
  return window?.kind === 'days' ? window.days : undefined;
}

function reportNoSpan({ reading, node, what }: MetricPlace): undefined {
  reading.problems.add(
    'T013',
    node.span,
    `${what} needs the key "over": what it compares has no window of days`,
    'such as over: 28d',
  );
  return undefined;
}

function warnOfParts(subject: Subject, days: number, { reading, node, what }: MetricPlace): void {
  const own = ownDays(subject, reading);
  const compared = subject.kind === 'metric' ? `the metric "${subject.name}"` : 'what it compares';
  const ofWeeks = (count: number): number => Math.max(7, Math.round(count / 7) * 7);
  const warn = (why: string, hint: string) => {
    const message = `${what} compares days that are not whole weeks, ${why}: weekends will look like falls`;
    reading.problems.add('L005', node.span, message, hint);
  };
  if (own !== undefined && own % 7 !== 0) {
    const over = days % 7 === 0 || days === own ? '' : `, and here over: ${ofWeeks(days)}d`;
    warn(`as ${compared} has window ${own}d`, `give ${compared} window: ${ofWeeks(own)}d${over}`);
  } else if (days % 7 !== 0) warn(`${days} apart`, `write over: ${ofWeeks(days)}d`);
}
