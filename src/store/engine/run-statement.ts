// Runs one request on a fresh chDB session. Around it lie ways of chDB that were found by running it: parameters
// bound by chDB serialise the process, so they are SET; only some formats can be inserted from memory, the others
// go through a file; `input()` would silently insert nothing, so it is refused.
import { randomUUID } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RawInsertFormat, Session } from 'chdb';
import { EngineFailure } from './engine-failure.ts';
import type { EngineRequest } from './engine-request.ts';

export interface StatementResult {
  readonly body: Uint8Array;
  /** chDB counts the rows of a result; of rows read it tells only in JSON formats, else they are the same number. */
  readonly readRows: number;
  readonly writtenRows: number;
  readonly resultRows: number;
}

export interface RunOptions {
  readonly reader: boolean;
  /** For inserted data that chDB takes from files only. */
  readonly scratchDir: string;
}

type EngineInsert = NonNullable<EngineRequest['insert']>;

export async function runStatement(
  session: Session,
  request: EngineRequest,
  options: RunOptions,
): Promise<StatementResult> {
  await prepareSession(session, request, options.reader);
  if (request.insert) return insertData(session, request.insert, options.scratchDir);
  const result = await session.queryAsync(request.sql, { format: request.format });
  const body = result.bytes();
  return {
    body,
    readRows: readRowsFromJson(body) ?? result.rowsRead,
    writtenRows: 0,
    resultRows: result.rowsRead,
  };
}

/** Read-only comes last, since nothing can be set after it. */
async function prepareSession(session: Session, request: EngineRequest, reader: boolean): Promise<void> {
  if (request.database) await session.queryAsync(`USE ${quoteName(request.database)}`);
  const assignments = [
    // On in chDB, off in a server: a misspelt statement would be an unknown column.
    'implicit_select = 0',
    ...[...request.settings].map(([name, value]) => `${quoteName(name)} = ${quoteText(value)}`),
    ...[...request.params].map(([name, value]) => `${quoteName(`param_${name}`)} = ${quoteText(value)}`),
    ...(reader ? ['readonly = 1'] : []),
  ];
  await session.queryAsync(`SET ${assignments.join(', ')}`);
}

const quoteName = (name: string): string => `\`${name.replace(/[\\`]/g, '\\$&')}\``;
const quoteText = (text: string): string => `'${text.replace(/[\\']/g, '\\$&')}'`;

/** The statistics stand at the very end of FORMAT JSON and JSONCompact. */
function readRowsFromJson(body: Uint8Array): number | undefined {
  const tail = Buffer.from(body.subarray(Math.max(0, body.length - 200))).toString('latin1');
  const rows = /"rows_read": (\d+),\s*"bytes_read": \d+\s*\}\s*\}\s*$/.exec(tail)?.[1];
  return rows === undefined ? undefined : Number(rows);
}

const MEMORY_FORMATS: Readonly<Record<string, RawInsertFormat>> = {
  TSV: 'TSV',
  TabSeparated: 'TabSeparated',
  JSONEachRow: 'JSONEachRow',
  JSONCompactEachRow: 'JSONCompactEachRow',
};

async function insertData(
  session: Session,
  insert: EngineInsert,
  scratchDir: string,
): Promise<StatementResult> {
  if (insert.readsInput)
    throw new EngineFailure(
      48,
      'INSERT … SELECT … FORMAT with data is not supported by the embedded engine: it would read no rows',
    );
  const format = MEMORY_FORMATS[insert.format];
  if (!format || !insert.plain) return insertThroughFile(session, insert, scratchDir);
  const { table, columns } = insert.plain;
  const summary = await session.insert({
    table,
    format,
    values: insert.data,
    ...(columns ? { columns } : {}),
  });
  return insertResult(summary.rowsSent ?? summary.rowsWritten, summary.rowsWritten);
}

async function insertThroughFile(
  session: Session,
  insert: EngineInsert,
  scratchDir: string,
): Promise<StatementResult> {
  if (insert.data.length === 0) return insertResult(0, 0);
  const file = join(scratchDir, `insert-${randomUUID()}`);
  await writeFile(file, insert.data, { mode: 0o600 });
  try {
    const { target, settings, format } = insert;
    const result = await session.queryAsync(
      `${target} FROM INFILE ${quoteText(file)} COMPRESSION 'none' ${settings} FORMAT ${format}`,
    );
    return insertResult(result.rowsRead, result.rowsRead);
  } finally {
    await rm(file, { force: true });
  }
}

const insertResult = (readRows: number, writtenRows: number): StatementResult => ({
  body: new Uint8Array(0),
  readRows,
  writtenRows,
  resultRows: writtenRows,
});
