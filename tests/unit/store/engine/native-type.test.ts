import { expect, test } from 'vitest';
import { parseNativeType } from '../../../../src/store/engine/native-type.ts';

const word = { is: 'text' };

test.each([
  ["DateTime64(3, 'UTC')", { is: 'fixed', bytes: 8 }],
  ["Enum8('a,b)' = 1, 'it\\'s' = 2)", { is: 'fixed', bytes: 1 }],
  ['Decimal(9, 2)', { is: 'fixed', bytes: 4 }],
  ['Decimal(38, 6)', { is: 'fixed', bytes: 16 }],
  ['FixedString(20)', { is: 'fixed', bytes: 20 }],
  ['LowCardinality(Nullable(String))', { is: 'dictionary', of: word }],
  [
    'Map(LowCardinality(String), String)',
    { is: 'array', of: { is: 'tuple', parts: [{ is: 'dictionary', of: word }, word] } },
  ],
  [
    'Tuple(`a b, (c` String, n Nullable(UInt8), Array(String))',
    {
      is: 'tuple',
      parts: [word, { is: 'nullable', of: { is: 'fixed', bytes: 1 } }, { is: 'array', of: word }],
    },
  ],
  ["SimpleAggregateFunction(max, DateTime64(3, 'UTC'))", { is: 'fixed', bytes: 8 }],
  ['AggregateFunction(sum, UInt8)', { is: 'unknown', name: 'AggregateFunction(sum, UInt8)' }],
])('%s', (text, type) => {
  expect(parseNativeType(text)).toEqual(type);
});
