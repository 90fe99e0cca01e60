// What a migration is: numbered, forward-only, its statements run in order in the project's database.

export interface Migration {
  /** From 1, without gaps. */
  readonly number: number;
  readonly name: string;
  readonly statements: readonly string[];
}
