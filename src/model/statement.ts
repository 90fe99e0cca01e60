// One SQL statement with its parameters, as data: what pure code hands to a Store.

/** A value bound as `{name: Type}`. Dates and times are passed as ClickHouse text in UTC. */
export type StatementParameter = string | number | boolean | readonly (string | number)[];

export interface CompiledStatement {
  readonly sql: string;
  readonly params: Readonly<Record<string, StatementParameter>>;
  /** Names of the result's columns, in order; empty for a statement that returns no rows. */
  readonly columns: readonly string[];
}
