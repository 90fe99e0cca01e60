// Brings a database to the newest schema, forward only. Several processes may do so at once.
import { createHash } from 'node:crypto';
import { type Store, StoreError } from '../model/store.ts';
import type { EpochMicros } from '../model/time.ts';
import { openStore, type StoreOptions } from './clickhouse-store.ts';
import type { Migration } from './migration.ts';
import { MIGRATIONS } from './migrations.ts';

export interface MigrateOptions {
  /** `database` is created when it does not exist. */
  readonly connect: StoreOptions;
  readonly now: EpochMicros;
  /** Default: all that this version ships. */
  readonly migrations?: readonly Migration[];
}

/**
 * @returns the numbers of the migrations that were applied now.
 * @throws StoreError when a landed migration differs from this version's, or when the database is of a newer version.
 */
export async function migrate({
  connect,
  now,
  migrations = MIGRATIONS,
}: MigrateOptions): Promise<readonly number[]> {
  await createDatabase(connect);
  const store = openStore(connect);
  try {
    const landed = await readLanded(store);
    refuseChanged(connect.database, landed, migrations);
    const pending = migrations.filter(({ number }) => !landed.has(number));
    for (const migration of pending) await apply(store, migration, now);
    return pending.map(({ number }) => number);
  } finally {
    await store.close();
  }
}

async function createDatabase(connect: StoreOptions): Promise<void> {
  if (!/^[A-Za-z_][A-Za-z0-9_]{0,63}$/.test(connect.database))
    throw failure(
      `"${connect.database}" is no name for a database: write letters, digits and _, a letter first`,
    );
  const server = openStore({ ...connect, database: 'default' });
  try {
    await server.execute(statement(`CREATE DATABASE IF NOT EXISTS ${connect.database}`));
  } finally {
    await server.close();
  }
}

const statement = (sql: string, params: Readonly<Record<string, string | number>> = {}) => ({
  sql,
  params,
  columns: [],
});

const failure = (message: string) => new StoreError(message, { code: undefined, retryable: false });

interface LandedRow {
  readonly number: number;
  readonly name: string;
  readonly checksum: string;
}

async function readLanded(store: Store): Promise<ReadonlyMap<number, LandedRow>> {
  await store.execute(
    statement(`CREATE TABLE IF NOT EXISTS schema_migrations (
  number UInt32,
  name String,
  checksum String COMMENT 'SHA-256 of its statements',
  applied_at DateTime64(6, 'UTC')
) ENGINE = ReplacingMergeTree
ORDER BY number`),
  );
  const rows = await store.query<LandedRow>(
    statement('SELECT number, name, checksum FROM schema_migrations ORDER BY number, applied_at DESC'),
  );
  return new Map(rows.map((row) => [row.number, row]));
}

function refuseChanged(
  database: string,
  landed: ReadonlyMap<number, LandedRow>,
  migrations: readonly Migration[],
): void {
  for (const row of landed.values()) {
    const own = migrations.find(({ number }) => number === row.number);
    if (!own)
      throw failure(
        `database ${database} has migration ${row.number} (${row.name}), which this version of Tidemark does not know; run a newer version`,
      );
    if (checksumOf(own) !== row.checksum)
      throw failure(
        `migration ${row.number} (${row.name}) of database ${database} differs from the one in this version; ` +
          'a landed migration is never edited: restore its text and write the change as a new migration',
      );
  }
}

const checksumOf = ({ statements }: Migration): string =>
  createHash('sha256').update(JSON.stringify(statements)).digest('hex');

const ALREADY_EXISTS = 57;

/**
 * Statements before the row that says it landed: after a crash between, the next run goes through it again, and
 * what is there already, by that crash or by another process at this moment, counts as made.
 */
async function apply(store: Store, migration: Migration, now: EpochMicros): Promise<void> {
  for (const sql of migration.statements) {
    try {
      await store.execute(statement(sql));
    } catch (error) {
      if (!(error instanceof StoreError) || error.code !== ALREADY_EXISTS) throw error;
    }
  }
  await store.execute(
    statement(
      `INSERT INTO schema_migrations (number, name, checksum, applied_at)
SELECT {number: UInt32}, {name: String}, {checksum: String}, fromUnixTimestamp64Micro({now: Int64}, 'UTC')`,
      { number: migration.number, name: migration.name, checksum: checksumOf(migration), now },
    ),
  );
}
