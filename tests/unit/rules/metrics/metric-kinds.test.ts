import { describe, expect, test } from 'vitest';
import { startReachDays } from '../../../../src/rules/compile/reach-days.ts';
import type { EmitContext, Metric } from '../../../../src/rules/metric.ts';
import { METRIC_KINDS } from '../../../../src/rules/metrics/metric-kinds.ts';
import { rulesetOf } from '../rule-files.ts';

const METRICS = `metrics:
  messages: {count: message_sent, window: 28d}
  all_time: {count: message_sent, window: ever}
  per_seat: {ratio: [messages, account.seats]}
`;
const SCORES = `scores:
  adoption:
    parts:
      volume: {weight: 60, metric: messages, from: 0, to: 9}
      grows:  {weight: 40, when: {all_time: {gte: 1}}}
    bands: {poor: 0}
`;

function metricOf(definition: string): Metric {
  const { metrics } = rulesetOf(`${METRICS}  it: ${definition}\n`);
  const metric = metrics.get('it');
  if (metric === undefined) throw new Error('the metric is missing');
  return metric;
}

const CONTEXT: Omit<EmitContext, 'reachDays'> = {
  anchor: 't',
  lastClosed: 'closed',
  windowStart: (window) => `start of ${JSON.stringify(window)}`,
  windowEnd: () => 't',
  reduce: ({ aggregate, of, window }) =>
    `[${aggregate} of ${of ?? 'days'} over ${'days' in window ? window.days : window.kind}]`,
  conditionAt: (index, anchor) => `c${index}_${anchor.kind}`,
  traitDay: (trait) => `day of ${trait}`,
  prepared: () => 'prepared',
  operand: (index) => `x${index}`,
  operandAt: (index, anchor) => (anchor.kind === 'T' ? `x${index}` : `x${index}_back_${anchor.daysBack}`),
  firstDay: 'first_day',
};
function sqlOf(definition: string): string {
  const ruleset = rulesetOf(`${METRICS}  it: ${definition}\n${SCORES}`);
  const metric = ruleset.metrics.get('it');
  if (metric === undefined) throw new Error('the metric is missing');
  const reach = startReachDays(ruleset);
  const reachDays = (index: number) => {
    const subject = metric.operands[index];
    if (subject === undefined) throw new Error(`there is no operand ${index}`);
    return reach(subject);
  };
  return metric.emit({ ...CONTEXT, reachDays });
}

describe('the SQL of a metric', () => {
  test.each([
    ['{count: a, window: 7d}', 'toNullable(toFloat64([sum of n over 7]))'],
    ['{count: a, window: ever}', 'toNullable(toFloat64([sum of n over ever]))'],
    [
      '{count: a, window: 4w, half_life: 14d}',
      'toNullable(toFloat64([sum of n * exp2((day_number - t) / 14) over 28]))',
    ],
    ['{users: a, window: 7d}', 'toNullable(toFloat64([uniqExactArray of members over 7]))'],
    ['{active_days: a, window: 7d}', 'toNullable(toFloat64([count of days over 7]))'],
    ['{sum: x, of: a, window: 7d}', 'toNullable(toFloat64([sum of v_sum over 7]))'],
    ['{days_since_last: a}', 'toNullable(toFloat64(t - [maxOrNull of day_number over ever]))'],
    ['{days_since_first: a}', 'toNullable(toFloat64(t - [minOrNull of day_number over ever]))'],
    [
      '{ratio: [messages, account.seats]}',
      'arrayMap(x -> if(isFinite(x), x, NULL), [toNullable(toFloat64(x0 / nullIf(x1, 0)))])[1]',
    ],
    [
      '{ratio: [messages, account.seats], min_denominator: 3}',
      'arrayMap(x -> if(isFinite(x), x, NULL), [toNullable(toFloat64(x0 / nullIf(if(x1 >= toFloat64(3), x1, NULL), 0)))])[1]',
    ],
    [
      '{change: messages, min_base: 5}',
      'arrayMap(x -> if(isFinite(x), x, NULL), [toNullable(toFloat64(if(bitAnd(first_day <= closed - 55, x0_back_28 >= toFloat64(5)), (x0_back_0 - x0_back_28) / nullIf(abs(x0_back_28), 0), NULL)))])[1]',
    ],
    [
      '{change: all_time, over: 7d, as: absolute}',
      'arrayMap(x -> if(isFinite(x), x, NULL), [toNullable(toFloat64(if(first_day <= closed - 7, x0_back_0 - x0_back_7, NULL)))])[1]',
    ],
    [
      '{change: score.adoption, over: 7d}',
      'arrayMap(x -> if(isFinite(x), x, NULL), [toNullable(toFloat64(if(first_day <= closed - 34, (x0_back_0 - x0_back_7) / nullIf(abs(x0_back_7), 0), NULL)))])[1]',
    ],
    [
      '{change: {change: messages}, over: 7d}',
      'arrayMap(x -> if(isFinite(x), x, NULL), [toNullable(toFloat64(if(first_day <= closed - 62, (x0_back_0 - x0_back_7) / nullIf(abs(x0_back_7), 0), NULL)))])[1]',
    ],
  ])('%s', (definition, sql) => {
    expect(sqlOf(definition)).toBe(sql);
  });
});

describe('a metric', () => {
  test('that differs only in window shares its series', () => {
    const [week, ever] = [
      metricOf('{count: [b, a, b], window: 7d}'),
      metricOf('{count: [a, b], window: ever}'),
    ];
    expect(week.series).toEqual(ever.series);
    expect(week.series.map(({ definition }) => definition)).toEqual([
      {
        events: { kind: 'named', names: ['a', 'b'] },
        where: [],
        measure: { kind: 'events' },
        perUser: false,
      },
    ]);
    expect(week.definition).not.toEqual(ever.definition);
  });

  test('has the same filter however it is written', () => {
    const one = metricOf('{count: a, where: {x: {in: [2, 1, 2]}, b.c: {gte: 1, lt: 5}}, window: 7d}');
    const other = metricOf('{count: a, where: {b.c: {lt: 5, gte: 1}, x: {in: [1, 2]}}, window: 1w}');
    expect(one.series).toEqual(other.series);
    expect(one.definition).toEqual(other.definition);
  });

  test('is the same metric whether its parts are named or stand in place', () => {
    const named = metricOf('{ratio: [messages, account.seats]}');
    const inline = metricOf('{ratio: [{count: message_sent, window: 4w}, account.seats]}');
    expect(inline.operands[0]?.kind).toBe('inline');
    expect(inline.definition).toEqual(named.definition);
  });

  test.each([
    ['{count: a, window: 7d}', { nullable: false, rising: true }],
    ['{count: a, window: 7d, half_life: 2d}', { nullable: false, rising: true }],
    ['{users: a, window: 7d}', { nullable: false, rising: true }],
    ['{active_days: a, window: ever}', { nullable: false, rising: true }],
    ['{sum: x, of: a, window: 7d}', { nullable: false, rising: false }],
    ['{days_since_last: a}', { nullable: true, rising: false }],
    ['{days_since_first: a}', { nullable: true, rising: false }],
    ['{ratio: [messages, account.seats]}', { nullable: true, rising: true }],
    ['{ratio: [account.seats, messages]}', { nullable: true, rising: false }],
    ['{change: messages}', { nullable: true, rising: false }],
    ['{count: a, window: 3mo}', { nullable: false, rising: true }],
    ['{count: a, window: since account.created_at}', { nullable: true, rising: true }],
    // A late event may make the account older, and then its first days end earlier.
    ['{count: a, window: first 7d}', { nullable: false, rising: false }],
    ['{features: [a, b], window: first 7d}', { nullable: false, rising: false }],
    // A user's trait may change within the day, and takes the user's events away.
    ['{count: a, window: 7d, where: {user.role: owner}}', { nullable: false, rising: false }],
    ['{features: [a, b], window: 7d, where: {user.role: owner}}', { nullable: false, rising: false }],
    ['{count: account.plan, window: 7d}', { nullable: false, rising: true }],
    ['{users_gained: a, window: 7d}', { nullable: false, rising: false }],
    ['{users_lost: a, window: 7d}', { nullable: false, rising: false }],
    ['{users_kept: a, window: 7d}', { nullable: false, rising: true }],
    ['{members: any}', { nullable: false, rising: true }],
    ['{members: any, where: {user.role: owner}}', { nullable: false, rising: false }],
    ['{distinct: x, of: a, window: 7d}', { nullable: false, rising: true }],
    ['{features: [a, [b, c], account.plan], window: 7d}', { nullable: false, rising: true }],
    ['{active_weeks: a, window: 7d}', { nullable: false, rising: true }],
    // At the close one more unit counts, and may break it.
    ['{streak: a}', { nullable: false, rising: false }],
    ['{streak: {messages: {gte: 1}}}', { nullable: false, rising: false }],
    ['{avg: x, of: a, window: 7d}', { nullable: true, rising: false }],
    ['{min: x, of: a, window: 7d}', { nullable: true, rising: false }],
    ['{max: x, of: a, window: 7d}', { nullable: true, rising: true }],
    ['{last: x, of: a, window: 7d}', { nullable: true, rising: false }],
    ['{p90: x, of: a, window: 7d}', { nullable: true, rising: false }],
    ['{days_since: account.created_at}', { nullable: true, rising: false }],
    ['{days_until: account.renews_at}', { nullable: true, rising: false }],
    ['{weekday_zscore: a}', { nullable: true, rising: false }],
    ['{trend: a, window: 4w}', { nullable: true, rising: false }],
    ['{top_share: a, window: 4w}', { nullable: true, rising: false }],
    ['{days_to_limit: messages, limit: account.seats}', { nullable: true, rising: false }],
    // A value may be negative, and a negative trait turns it round.
    ['{ratio: [{max: x, of: a, window: 7d}, account.seats]}', { nullable: true, rising: false }],
    // Over a negative trait it falls as the messages rise, and 10 keeps it above 0.
    ['{formula: "10 + per_seat"}', { nullable: true, rising: false }],
    ['{sequence: [a, b], within: 7d, window: 7d}', { nullable: false, rising: true }],
    ['{sequence: [a, b], within: 7d, window: first 7d}', { nullable: false, rising: false }],
    ['{formula: "messages + 2 * all_time / 3"}', { nullable: true, rising: true }],
    ['{formula: "max(messages, account.seats) - account.free_seats"}', { nullable: true, rising: true }],
    ['{formula: "account.seats / account.free_seats"}', { nullable: true, rising: true }],
    ['{formula: "messages - all_time"}', { nullable: true, rising: false }],
    ['{formula: "-messages"}', { nullable: true, rising: false }],
    ['{formula: "messages * account.seats"}', { nullable: true, rising: false }],
    ['{formula: "messages * all_time"}', { nullable: true, rising: false }],
    ['{formula: "1 / messages"}', { nullable: true, rising: false }],
    ['{formula: "abs(messages)"}', { nullable: true, rising: false }],
    ['{formula: "coalesce(messages, 1)"}', { nullable: true, rising: false }],
  ])('%s', (definition, expected) => {
    expect(metricOf(definition)).toMatchObject(expected);
  });

  test('looks back far enough before its change is believed', () => {
    const composed = '{change: {ratio: [messages, {count: a, window: 90d}]}, over: 7d}';
    expect(sqlOf(composed)).toContain('first_day <= closed - 96');
  });
});

describe('every kind', () => {
  test.each([...METRIC_KINDS.values()])('$key says what it is and which keys it takes', (kind) => {
    expect(kind.docs).toMatch(/^[A-Z].*\.$/);
    expect(Object.keys(kind.fields)).toContain(kind.key);
    expect(kind.fields[kind.key]?.required).toBe(true);
    for (const field of Object.values(kind.fields))
      expect(Object.keys(field.schema).length).toBeGreaterThan(0);
  });
});
