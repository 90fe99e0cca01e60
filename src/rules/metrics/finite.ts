// SQL that turns inf and nan into null: neither is a number that a person could act on, and inf passes every `gte`.

/** Nullable(Float64) from SQL that may divide huge by tiny. The lambda keeps the expression from being written twice. */
export const finite = (sql: string): string =>
  `arrayMap(x -> if(isFinite(x), x, NULL), [toNullable(toFloat64(${sql}))])[1]`;
