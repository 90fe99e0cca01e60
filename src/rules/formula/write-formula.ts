// A formula as SQL over the columns of its names, each Nullable(Float64): a missing operand makes it missing.
import { finite } from '../metrics/finite.ts';
import { sqlNumber } from '../sql-number.ts';
import type { Formula } from './formula.ts';

/** `column` gives the SQL of a name by its index. May be inf or nan at the top, which the caller turns into null. */
export function writeFormula(formula: Formula, column: (index: number) => string): string {
  const write = (part: Formula): string => writeFormula(part, column);
  switch (formula.kind) {
    case 'number':
      return sqlNumber(formula.value);
    case 'name':
      return column(formula.index);
    case 'negated':
      return `(-${write(formula.of)})`;
    case 'sum':
      return `(${joined(formula.terms.map(({ minus, of }) => [minus ? ' - ' : ' + ', write(of)]))})`;
    case 'product':
      return `(${joined(
        formula.factors.map(({ divides, of }) =>
          divides ? [' / ', `nullIf(${writeSound(of, column)}, 0)`] : [' * ', write(of)],
        ),
      )})`;
    case 'call':
      return writeCall(
        formula.name,
        formula.of.map((part) => writeSound(part, column)),
      );
  }
}

/** The sign of the first is left out: nothing stands before it. */
const joined = (parts: readonly (readonly [string, string])[]): string =>
  parts.map(([sign, sql], index) => (index === 0 ? sql : `${sign}${sql}`)).join('');

/** Where inf would not come out again: as the divisor it gives 0, and the smaller of two values hides it. */
function writeSound(formula: Formula, column: (index: number) => string): string {
  const sql = writeFormula(formula, column);
  return formula.kind === 'name' || formula.kind === 'number' ? sql : finite(sql);
}

function writeCall(name: string, values: readonly string[]): string {
  if (name === 'abs') return `abs(${values.join('')})`;
  if (name === 'coalesce') return `coalesce(${values.join(', ')})`;
  // ClickHouse's own least and greatest pass over nulls; the lambda writes each value once.
  return `arrayMap(values -> if(arrayExists(v -> isNull(v), values), NULL, arrayReduce('${name}', values)), [[${values.join(', ')}]])[1]`;
}
