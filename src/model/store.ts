// The port to ClickHouse: run statements and insert blocks. Queries live in store/, one file each.
import type { CompiledStatement } from './statement.ts';

export interface StatementSummary {
  readonly readRows: number;
  readonly writtenRows: number;
}

/**
 * A block in one of ClickHouse's formats. TabSeparated: UTF-8, one line a row, `\t \n \\` escaped, `\N` for null.
 * RowBinary: the columns' bytes one after the other, which the large tables use since it is read several times faster.
 */
export interface InsertBlock {
  readonly table: string;
  readonly columns: readonly string[];
  readonly rows: number;
  /** TabSeparated when left out. */
  readonly format?: 'TabSeparated' | 'RowBinary';
  readonly body: Uint8Array;
}

export interface InsertOptions {
  readonly timeoutMillis?: number;
}

/**
 * ClickHouse over HTTP. Every method rejects with a StoreError; an insert that rejected may have been stored in
 * part, so a caller repeats it as a whole: the tables' keys make that harmless.
 */
export interface Store {
  /** Rows as objects; 64-bit integers arrive as text, Decimals and floats as numbers, times as ClickHouse text. */
  query<Row extends object>(statement: CompiledStatement): Promise<readonly Row[]>;
  /** The response body as it comes, in a ClickHouse output format; for exports and the `sql` command. */
  queryRaw(
    statement: CompiledStatement,
    options: { readonly format: string; readonly readonly: boolean },
  ): AsyncIterable<Uint8Array>;
  /** DDL, INSERT … SELECT, mutations. */
  execute(statement: CompiledStatement): Promise<StatementSummary>;
  /**
   * Resolves once ClickHouse has written every row; rejects when it wrote another number than `rows`, and with a
   * retryable error when it has not answered after `timeoutMillis` (left out: when the store's own patience ends).
   */
  insert(block: InsertBlock, options?: InsertOptions): Promise<void>;
  ping(): Promise<boolean>;
  close(): Promise<void>;
}

/** ClickHouse's own refusal, or that it could not be reached. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  /** ClickHouse's error code, such as 60 for an unknown table; undefined when there was no answer. */
  readonly code: number | undefined;
  /** True when the same call may succeed later: no connection, time-out, too many queries, memory. */
  readonly retryable: boolean;

  constructor(
    message: string,
    details: { readonly code: number | undefined; readonly retryable: boolean; readonly cause?: unknown },
  ) {
    super(message, { cause: details.cause });
    this.code = details.code;
    this.retryable = details.retryable;
  }
}
