// Expected values are compared as rules compare them.
import { describe, expect, test } from 'vitest';
import { holdsTests, type TestedValue } from '../../../../src/app/rule-tests/holds-test.ts';
import { type Day, parseTimeZone, UTC } from '../../../../src/model/time.ts';
import type { Test } from '../../../../src/rules/test.ts';

const number = (value: number) => ({ type: 'number' as const, value });
const text = (value: string) => ({ type: 'text' as const, value });
const date = (value: string) => ({ type: 'date' as const, value: value as Day });
const equals = (value: ReturnType<typeof number | typeof text | typeof date>): Test => ({
  op: 'equals',
  value,
});
const holds = (value: TestedValue, ...tests: readonly Test[]): boolean => holdsTests(value, tests, UTC);

describe('a number', () => {
  test('equals what it is but for rounding of the machine', () => {
    expect(holds(0.1 + 0.2, equals(number(0.3)))).toBe(true);
    expect(holds(0.3001, equals(number(0.3)))).toBe(false);
    expect(holds(0, equals(number(0)))).toBe(true);
  });

  test('is compared with its bounds, which count', () => {
    expect(holds(5, { op: 'gte', value: number(5) }, { op: 'lte', value: number(5) })).toBe(true);
    expect(holds(5, { op: 'gt', value: number(5) })).toBe(false);
    expect(holds(4, { op: 'between', low: number(4), high: number(9) })).toBe(true);
    expect(holds(3, { op: 'in', values: [number(1), number(3)] })).toBe(true);
  });
});

describe('a missing value', () => {
  test('meets nothing but that it is missing', () => {
    expect(holds(null, { op: 'exists', value: false })).toBe(true);
    expect(holds(null, { op: 'exists', value: true })).toBe(false);
    expect(holds(null, equals(number(0)))).toBe(false);
    expect(holds(null, { op: 'not', tests: [equals(number(0))] })).toBe(false);
  });
});

describe('a text', () => {
  test('is a number, a boolean or a day where it is compared with one', () => {
    expect(holds('5', { op: 'gte', value: number(5) })).toBe(true);
    expect(holds('many', { op: 'gte', value: number(5) })).toBe(false);
    expect(holds('true', { op: 'equals', value: { type: 'boolean', value: true } })).toBe(true);
    expect(holds('2025-06-03', { op: 'lt', value: date('2025-06-04') })).toBe(true);
  });

  test('that is an instant is its local day', () => {
    const tests: readonly Test[] = [equals(date('2025-06-02'))];
    expect(holdsTests('2025-06-03T02:00:00Z', tests, parseTimeZone('America/New_York'))).toBe(true);
    expect(holdsTests('2025-06-03T02:00:00Z', tests, UTC)).toBe(false);
  });

  test('is looked into', () => {
    expect(holds('acme has sent 5', { op: 'contains', value: 'sent' })).toBe(true);
    expect(holds('acme has sent 5', { op: 'starts_with', value: 'acme' })).toBe(true);
    expect(holds('acme has sent 5', { op: 'ends_with', value: '6' })).toBe(false);
    expect(holds('free', { op: 'not', tests: [equals(text('team'))] })).toBe(true);
  });
});
