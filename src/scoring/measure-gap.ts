// How far a value is from passing its test.
import type { Literal } from '../rules/literal.ts';
import type { Test } from '../rules/test.ts';

/** As a share of the bound, or of 1 where the bound is smaller; 1 for what is no number. Never below 0. */
export function measureGap(value: number | string | null, test: Test): number {
  const number = typeof value === 'string' ? Number(value) : value;
  if (number === null || !Number.isFinite(number)) return WHOLE;
  switch (test.op) {
    case 'gt':
    case 'gte':
      return below(number, test.value);
    case 'lt':
    case 'lte':
      return above(number, test.value);
    case 'between':
      return Math.max(below(number, test.low), above(number, test.high));
    case 'equals':
      return Math.max(below(number, test.value), above(number, test.value));
    case 'in':
      return Math.min(...test.values.map((one) => Math.max(below(number, one), above(number, one))));
    default:
      return WHOLE;
  }
}

const WHOLE = 1;

const below = (value: number, bound: Literal): number => share(bound, (limit) => limit - value);
const above = (value: number, bound: Literal): number => share(bound, (limit) => value - limit);

const share = (bound: Literal, distance: (limit: number) => number): number =>
  bound.type === 'number' ? Math.max(0, distance(bound.value)) / Math.max(1, Math.abs(bound.value)) : WHOLE;
