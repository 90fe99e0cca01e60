// A number of a rule as SQL.

/** A finite number as a Float64 literal. */
export function sqlNumber(value: number): string {
  if (!Number.isFinite(value)) throw new RangeError(`not a finite number: ${value}`);
  return `toFloat64(${value})`;
}
