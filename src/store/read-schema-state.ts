// Finds out whether a database has this version's schema, changing nothing: for commands that only look.

import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { type Store, StoreError } from '../model/store.ts';
import type { Migration } from './migration.ts';
import { MIGRATIONS } from './migrations.ts';

export type SchemaState =
  | { readonly is: 'current' }
  /** No database, or one in which no migration has landed. */
  | { readonly is: 'missing' }
  | { readonly is: 'older'; readonly pending: readonly number[] }
  /** Of a newer version of Tidemark. */
  | { readonly is: 'newer'; readonly unknown: readonly number[] };

/** Works for a user who may only read. @throws StoreError when ClickHouse cannot be reached or refuses the user. */
export async function readSchemaState(
  store: Store,
  migrations: readonly Migration[] = MIGRATIONS,
): Promise<SchemaState> {
  const landed = await readLandedNumbers(store);
  if (landed.size === 0) return { is: 'missing' };
  const own = new Set(migrations.map(({ number }) => number));
  const pending = [...own].filter((number) => !landed.has(number));
  if (pending.length > 0) return { is: 'older', pending };
  const unknown = [...landed].filter((number) => !own.has(number));
  return unknown.length > 0 ? { is: 'newer', unknown } : { is: 'current' };
}

const UNKNOWN_TABLE = 60;
const UNKNOWN_DATABASE = 81;

/** As plain text: the settings of a JSON answer are refused to read-only users. */
async function readLandedNumbers(store: Store): Promise<ReadonlySet<number>> {
  const sql = 'SELECT DISTINCT number FROM schema_migrations ORDER BY number';
  const answer = store.queryRaw({ sql, params: {}, columns: [] }, { format: 'TSV', readonly: true });
  try {
    const lines = (await text(Readable.from(answer))).split('\n').filter((line) => line !== '');
    return new Set(lines.map(Number));
  } catch (error) {
    const isMissing =
      error instanceof StoreError && (error.code === UNKNOWN_TABLE || error.code === UNKNOWN_DATABASE);
    if (isMissing) return new Set();
    throw error;
  }
}
