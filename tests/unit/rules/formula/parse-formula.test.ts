import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type FormulaFault, parseFormula } from '../../../../src/rules/formula/parse-formula.ts';
import { writeFormula } from '../../../../src/rules/formula/write-formula.ts';

function faultOf(text: string): FormulaFault {
  const parsed = parseFormula(text);
  if (parsed.ok) throw new Error(`it is a formula: ${text}`);
  return parsed;
}

/** SQL with the names as columns. */
function sqlOf(text: string): string {
  const parsed = parseFormula(text);
  if (!parsed.ok) throw new Error(parsed.message);
  return writeFormula(parsed.formula, (index) => parsed.names[index]?.text ?? '');
}

describe('a formula', () => {
  test.each([
    ['a', 'a'],
    ['1.5', 'toFloat64(1.5)'],
    ['a + b - c', '(a + b - c)'],
    ['a - (b - c)', '(a - (b - c))'],
    ['a + b * c', '(a + (b * c))'],
    ['(a + b) * c', '((a + b) * c)'],
    ['a / b / c', '(a / nullIf(b, 0) / nullIf(c, 0))'],
    ['-a * --b', '((-a) * (-(-b)))'],
    ['2 - -a', '(toFloat64(2) - (-a))'],
    ['abs(a)', 'abs(a)'],
    ['coalesce(a, 0)', 'coalesce(a, toFloat64(0))'],
    ['account.seats - account.age_days', '(account.seats - account.age_days)'],
    ['a\n  + b ', '(a + b)'],
  ])('%s', (text, sql) => {
    expect(sqlOf(text)).toBe(sql);
  });

  test('names each operand once, with the place where it first stands', () => {
    const parsed = parseFormula('b / (a + b) * a');
    expect(parsed.ok && parsed.names).toEqual([
      { text: 'b', at: 0 },
      { text: 'a', at: 5 },
    ]);
  });

  test('turns what divides, and what a function takes, into null where it is infinite', () => {
    expect(sqlOf('a / (b + c)')).toContain('nullIf(arrayMap(x -> if(isFinite(x), x, NULL)');
    expect(sqlOf('coalesce(a * b, c)')).toContain('isFinite');
    expect(sqlOf('min(a, b)')).not.toContain('isFinite');
  });
});

describe('a faulty formula is told at the word:', () => {
  test.each([
    ['a b', 'b', '"b" cannot stand here in a formula'],
    ['a + (b * 2', '(', 'a parenthesis of the formula is not closed'],
    ['a + b)', ')', '")" cannot stand here in a formula'],
    ['2x', '2x', '"2x" cannot stand here in a formula'],
    ['1.2.3', '1.2.3', '"1.2.3" cannot stand here in a formula'],
    ['a, b', ',', '"," cannot stand here in a formula'],
    ['a % 2', '%', '"%" cannot stand here in a formula'],
    ['round(a)', 'round', 'a formula has no function "round"'],
    ['max(a)', 'max', '"max" takes two values or more'],
    ['abs(a, b)', 'abs', '"abs" takes one value'],
    ['coalesce + 1', 'coalesce', '"coalesce" needs its values in parentheses'],
    ['max()', ')', '")" cannot stand here in a formula'],
    ['a.', '.', '"." cannot stand here in a formula'],
  ])('%s', (text, word, message) => {
    const fault = faultOf(text);
    expect(fault.message).toBe(message);
    expect(text.slice(fault.at, fault.at + fault.length)).toBe(word);
  });

  test('the end of it, where a value is missing', () => {
    expect(faultOf('a +  ')).toMatchObject({ at: 3, length: 1 });
  });

  test('a formula of many parts or levels', () => {
    const parts = (count: number): string => Array.from({ length: count }, () => 'a').join('+');
    expect(parseFormula(parts(100)).ok).toBe(true);
    expect(faultOf(parts(101)).message).toContain('more than 200 parts');
    const nested = (levels: number): string => `${'('.repeat(levels)}a${')'.repeat(levels)}`;
    expect(parseFormula(nested(49)).ok).toBe(true);
    expect(faultOf(nested(50)).message).toContain('more than 50 levels');
    expect(faultOf(`${'-'.repeat(60)}a`).message).toContain('more than 50 levels');
  });
});

test('no text whatever makes it throw, and a fault lies within the text or right behind it', () => {
  const words = fc.constantFrom(
    'a',
    'min',
    '(',
    ')',
    ',',
    '+',
    '-',
    '*',
    '/',
    '1',
    '.5',
    ' ',
    '%',
    'é',
    'account.x',
  );
  const texts = fc.oneof(
    fc.string(),
    fc.array(words, { maxLength: 80 }).map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(texts, (text) => {
      const parsed = parseFormula(text);
      if (parsed.ok) return;
      expect(parsed.at).toBeGreaterThanOrEqual(0);
      expect(parsed.at).toBeLessThanOrEqual(text.length);
      expect(parsed.length).toBeGreaterThan(0);
    }),
  );
});
