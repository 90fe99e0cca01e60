// Two tests exclude each other exactly when no value passes both, as far as it can be seen.
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { excludeEachOther } from '../../../../src/rules/read/exclude-each-other.ts';
import type { Test } from '../../../../src/rules/test.ts';

const number = (value: number) => ({ type: 'number', value }) as const;

const simple: fc.Arbitrary<Test> = fc.integer({ min: 0, max: 6 }).chain((value) =>
  fc.oneof(
    fc.constantFrom('gt', 'gte', 'lt', 'lte', 'equals').map((op): Test => ({ op, value: number(value) })),
    fc
      .nat({ max: 3 })
      .map((more): Test => ({ op: 'between', low: number(value), high: number(value + more) })),
    fc
      .array(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 3 })
      .map((values): Test => ({ op: 'in', values: values.map(number) })),
  ),
);

function passes(test: Test, value: number): boolean {
  switch (test.op) {
    case 'gt':
      return value > Number(test.value.value);
    case 'gte':
      return value >= Number(test.value.value);
    case 'lt':
      return value < Number(test.value.value);
    case 'lte':
      return value <= Number(test.value.value);
    case 'equals':
      return value === test.value.value;
    case 'between':
      return value >= Number(test.low.value) && value <= Number(test.high.value);
    case 'in':
      return test.values.some((literal) => literal.value === value);
    default:
      throw new Error(`not made here: ${test.op}`);
  }
}

const HALVES = Array.from({ length: 30 }, (_, index) => index / 2 - 2);

test('tests of numbers exclude each other exactly when no number passes both', () => {
  fc.assert(
    fc.property(simple, simple, (a, b) => {
      const both = HALVES.some((value) => passes(a, value) && passes(b, value));
      expect(excludeEachOther(a, b)).toBe(!both);
      expect(excludeEachOther(b, a)).toBe(!both);
    }),
  );
});

const text = (value: string): Test => ({ op: 'equals', value: { type: 'text', value } });

test.each<[string, Test, Test, boolean]>([
  ['a text and another', text('free'), text('team'), true],
  ['a text and itself', text('free'), text('free'), false],
  ['a text and its denial', text('free'), { op: 'not', tests: [text('free')] }, true],
  ['a text and the denial of another', text('free'), { op: 'not', tests: [text('team')] }, false],
  ['a text and how it begins', text('free'), { op: 'starts_with', value: 'x' }, false],
  ['a text of digits and a number', text('5'), { op: 'gt', value: number(9) }, false],
  ['being there and not', { op: 'exists', value: true }, { op: 'exists', value: false }, true],
  ['a bound and being there', { op: 'gt', value: number(5) }, { op: 'exists', value: true }, false],
  ['a bound and not being there', { op: 'gt', value: number(5) }, { op: 'exists', value: false }, true],
])('%s', (_, a, b, excluded) => {
  expect(excludeEachOther(a, b)).toBe(excluded);
  expect(excludeEachOther(b, a)).toBe(excluded);
});
