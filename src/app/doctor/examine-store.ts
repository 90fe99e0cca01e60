// ClickHouse itself: does it answer, is it of a version that is known to work, is its clock right, and does it have the
// tables of this version?
import { INSERT_COLUMNS } from '../../model/tables.ts';
import { readSchemaState, type SchemaState } from '../../store/read-schema-state.ts';
import { type Finding, judgeClock } from './finding.ts';
import type { ExaminedStore } from './open-to-examine.ts';

export interface StoreExamination {
  readonly findings: readonly Finding[];
  /** False: there is nothing in it that this version could read. */
  readonly isReadable: boolean;
}

/** The oldest release that is tested. */
const OLDEST_MAJOR = 24;

/** @throws StoreError when it does not answer or refuses the user. */
export async function examineStore(
  { store, server, where }: ExaminedStore,
  database: string,
): Promise<StoreExamination> {
  const before = Date.now();
  const [row] = await server.query<{ version: string; now: string }>({
    sql: 'SELECT version() AS version, toUnixTimestamp64Milli(now64(3)) AS now',
    params: {},
    columns: ['version', 'now'],
  });
  const after = Date.now();
  const clock = judgeClock('ClickHouse', { before, theirs: Number(row?.now), after });
  const state = await readSchemaState(store);
  const schema = describeSchema(state, database);
  const isReadable = state.is === 'current' || state.is === 'newer';
  const tables = isReadable ? [await examineTables(store)] : [];
  return { findings: [describeServer(where, row?.version ?? ''), clock, schema, ...tables], isReadable };
}

function describeServer(where: string, version: string): Finding {
  const found = `${where} answers, version ${version}`;
  if (Number.parseInt(version, 10) >= OLDEST_MAJOR) return { check: 'ClickHouse', status: 'ok', found };
  const todo = `update it: releases before ${OLDEST_MAJOR}.8 are not tested`;
  return { check: 'ClickHouse', status: 'warn', found, todo };
}

const MADE_BY = '"tidemark up" makes it';

function describeSchema(state: SchemaState, database: string): Finding {
  const check = 'schema';
  switch (state.is) {
    case 'current':
      return { check, status: 'ok', found: `database ${database} has every migration of this version` };
    case 'missing':
      return { check, status: 'warn', found: `there is no database ${database} yet`, todo: MADE_BY };
    case 'older':
      return {
        check,
        status: 'fail',
        found: `database ${database} lacks migration ${state.pending.join(', ')}: an older version made it`,
        todo: 'restart "tidemark up" with this version: it brings the database up to date, and loses nothing',
      };
    case 'newer':
      return {
        check,
        status: 'fail',
        found: `database ${database} has migration ${state.unknown.join(', ')}, which this version does not know`,
        todo: 'run the newer version of Tidemark here too: "tidemark up" of this one will not start',
      };
  }
}

const STATE_TABLES = [
  'evaluations',
  'results',
  'transitions',
  'scores',
  'series',
  'series_days',
  'deliveries',
  'rulesets',
];

/** What a person dropped, or a restore left out. */
async function examineTables(store: ExaminedStore['store']): Promise<Finding> {
  const rows = await store.query<{ name: string }>({
    sql: 'SELECT name FROM system.tables WHERE database = currentDatabase()',
    params: {},
    columns: ['name'],
  });
  const there = new Set(rows.map(({ name }) => name));
  const missing = [...Object.keys(INSERT_COLUMNS), ...STATE_TABLES].filter((table) => !there.has(table));
  const check = 'tables';
  if (missing.length === 0)
    return { check, status: 'ok', found: `all of them, ${there.size} with the views` };
  const todo = 'restore them from a backup: migrations that have landed do not make them again';
  return { check, status: 'fail', found: `missing: ${missing.join(', ')}`, todo };
}
