// One test over one value, as SQL of type Nullable(UInt8): null, which is unknown, where the value is null.
import { dayNumber } from '../../model/time.ts';
import type { Literal } from '../literal.ts';
import { sqlBoth } from '../sql-both.ts';
import { sqlNumber } from '../sql-number.ts';
import type { Comparison, Test } from '../test.ts';
import { stringRef, type TextScope } from './compilation.ts';
import { textToBoolean, textToDay, textToNumber } from './emit-trait.ts';

const OPERATORS: Readonly<Record<Comparison | 'equals', string>> = {
  equals: '=',
  gt: '>',
  gte: '>=',
  lt: '<',
  lte: '<=',
};

export interface TestedValue {
  readonly sql: string;
  /** Numbers are compared as they are; a trait's text is read as what it is compared with. */
  readonly type: 'number' | 'text';
}

export function emitTest(scope: TextScope, value: TestedValue, test: Test): string {
  switch (test.op) {
    case 'equals':
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte':
      return compare(scope, value, test.op, test.value);
    case 'between':
      return sqlBoth([compare(scope, value, 'gte', test.low), compare(scope, value, 'lte', test.high)]);
    case 'in':
      return anyOf(test.values, (literal) => compare(scope, value, 'equals', literal));
    case 'contains':
      return `(position(${value.sql}, ${stringRef(scope, test.value)}) > 0)`;
    case 'starts_with':
      return `startsWith(${value.sql}, ${stringRef(scope, test.value)})`;
    case 'ends_with':
      return `endsWith(${value.sql}, ${stringRef(scope, test.value)})`;
    case 'exists':
      return test.value ? `isNotNull(${value.sql})` : `isNull(${value.sql})`;
    case 'not':
      return `NOT (${together(test.tests, (inner) => emitTest(scope, value, inner))})`;
  }
}

/**
 * A sum, not ORs, where the value is null for all alternatives or for none: see emit-condition.ts. Of several types it
 * may be a number for one and no number for another.
 */
function anyOf(values: readonly Literal[], write: (literal: Literal) => string): string {
  const parts = values.map(write);
  const [first] = parts;
  if (first === undefined) return '0';
  if (parts.length === 1) return first;
  const alike = values.every(({ type }) => type === values[0]?.type);
  return alike ? `((${parts.join(' + ')}) > 0)` : `(${parts.join(' OR ')})`;
}

/** `exists` is never null, and is false where the others are. */
function together(tests: readonly Test[], write: (test: Test) => string): string {
  const alike = tests.every(({ op }) => op !== 'exists');
  return alike ? sqlBoth(tests.map(write)) : tests.map(write).join(' AND ');
}

function compare(scope: TextScope, value: TestedValue, op: Comparison | 'equals', literal: Literal): string {
  const operator = OPERATORS[op];
  const read =
    value.type === 'number' ? (_: 'number' | 'day' | 'boolean') => value.sql : reader(scope, value.sql);
  switch (literal.type) {
    case 'number':
      return `(${read('number')} ${operator} ${sqlNumber(literal.value)})`;
    case 'boolean':
      return `(${read('boolean')} ${operator} ${literal.value ? 1 : 0})`;
    case 'date':
      return `(${read('day')} ${operator} ${dayNumber(literal.value)})`;
    case 'text':
      return `(${value.type === 'number' ? `toString(${value.sql})` : value.sql} ${operator} ${stringRef(scope, literal.value)})`;
  }
}

const reader =
  (scope: TextScope, text: string) =>
  (as: 'number' | 'day' | 'boolean'): string => {
    if (as === 'number') return textToNumber(text);
    return as === 'boolean' ? textToBoolean(text) : textToDay(scope, text);
  };
