import { expect, test } from 'vitest';
import { readOutputFormat } from '../../../../src/store/engine/read-output-format.ts';

test.each([
  ['SELECT 1 FORMAT Native', 'Native'],
  ['SELECT 1 format/**/JSON -- as it was\n;', 'JSON'],
  ['SELECT 1 FORMAT CSV SETTINGS max_threads = 1', 'CSV'],
  ['SELECT 1 FORMAT `Native`', 'Native'],
  ["SELECT ' FORMAT Native'", undefined],
  ['SELECT format FROM formats', undefined],
  ["SELECT format('{}', 1)", undefined],
  ['SELECT 1', undefined],
])('%s', (sql, format) => {
  expect(readOutputFormat(sql)).toBe(format);
});
