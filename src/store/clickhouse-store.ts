// The Store on ClickHouse's HTTP interface, for a server and for the embedded engine alike. Settings stand in the
// statements, never beside them, except for those of one request's transport.
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { type ClickHouseClient, ClickHouseLogLevel, createClient } from '@clickhouse/client';
import type { CompiledStatement } from '../model/statement.ts';
import {
  type InsertBlock,
  type InsertOptions,
  type StatementSummary,
  type Store,
  StoreError,
} from '../model/store.ts';
import { notReached, refusedByClickHouse, type StoreAddress } from './store-failure.ts';

export interface StoreOptions {
  /** Such as http://localhost:8123; may carry user and password, which the options below override. */
  readonly url: string;
  readonly database: string;
  readonly username?: string;
  readonly password?: string;
  /** How long one statement may take, in milliseconds. Default half an hour. */
  readonly requestTimeoutMs?: number;
  readonly maxOpenConnections?: number;
}

interface Connection {
  readonly client: ClickHouseClient;
  readonly address: StoreAddress;
}

/** Opens no connection yet. @throws StoreError when the URL is none. */
export function openStore(options: StoreOptions): Store {
  const address = readAddress(options);
  const client = createClient({
    url: address.url,
    username: address.username,
    password: address.password,
    database: options.database,
    request_timeout: options.requestTimeoutMs ?? 30 * 60_000,
    max_open_connections: options.maxOpenConnections ?? 16,
    keep_alive: { enabled: true },
    log: { level: ClickHouseLogLevel.OFF },
    // The answer comes when the statement is over, so that a failure on the way is a status and not half a body.
    clickhouse_settings: { wait_end_of_query: 1 },
  });
  const connection = { client, address };
  return {
    query: (statement) => query(connection, statement),
    queryRaw: (statement, how) => queryRaw(connection, statement, how),
    execute: (statement) => execute(connection, statement),
    insert: (block, how) => insert(connection, block, how),
    ping: async () => (await client.ping({ select: true })).success,
    close: () => client.close(),
  };
}

function readAddress({ url, username, password }: StoreOptions): StoreAddress {
  if (!URL.canParse(url))
    throw new StoreError(`not a URL for ClickHouse; write it as http://user:password@host:8123`, {
      code: undefined,
      retryable: false,
    });
  const parsed = new URL(url);
  const address = {
    username: username ?? (decodeURIComponent(parsed.username) || 'default'),
    password: password ?? decodeURIComponent(parsed.password),
  };
  parsed.username = '';
  parsed.password = '';
  return { url: parsed.href.replace(/\/$/, ''), ...address };
}

/** 64-bit integers as text, since JavaScript's numbers cannot hold them. */
const JSON_FORMAT = 'FORMAT JSON SETTINGS output_format_json_quote_64bit_integers = 1';

async function query<Row extends object>(
  connection: Connection,
  { sql, params }: CompiledStatement,
): Promise<readonly Row[]> {
  const { stream } = await send(connection, { query: `${sql}\n${JSON_FORMAT}`, query_params: params });
  return attempt(connection, async () => parseRows<Row>(await text(stream)));
}

function parseRows<Row>(body: string): readonly Row[] {
  const answer: unknown = JSON.parse(body);
  if (typeof answer === 'object' && answer !== null && 'data' in answer && Array.isArray(answer.data))
    return answer.data;
  throw new Error('the answer is no result in FORMAT JSON');
}

async function* queryRaw(
  connection: Connection,
  { sql, params }: CompiledStatement,
  how: { readonly format: string; readonly readonly: boolean },
): AsyncGenerator<Uint8Array> {
  if (!/^\w+$/.test(how.format))
    throw new StoreError(`not a format: ${how.format}`, { code: 73, retryable: false });
  const { stream } = await send(connection, {
    query: `${sql.replace(/[;\s]+$/, '')}\nFORMAT ${how.format}`,
    query_params: params,
    ...(how.readonly ? { clickhouse_settings: { readonly: '1' } } : {}),
  });
  try {
    for await (const chunk of stream) yield chunk;
  } catch (error) {
    throw notReached(error, connection.address);
  }
}

async function execute(
  connection: Connection,
  { sql, params }: CompiledStatement,
): Promise<StatementSummary> {
  const { stream, summary } = await send(connection, { query: sql, query_params: params });
  stream.resume();
  return { readRows: Number(summary?.read_rows ?? 0), writtenRows: Number(summary?.written_rows ?? 0) };
}

async function insert(
  connection: Connection,
  { table, columns, rows, format = 'TabSeparated', body }: InsertBlock,
  { timeoutMillis }: InsertOptions = {},
): Promise<void> {
  if (rows === 0) return;
  const { stream, summary } = await withTimeout({ what: `insert into ${table}`, timeoutMillis }, (signal) =>
    send(connection, {
      query: `INSERT INTO ${table} (${columns.join(', ')}) FORMAT ${format}`,
      values: Readable.from([body], { objectMode: false }),
      ...(signal && { abort_signal: signal }),
    }),
  );
  stream.resume();
  refuseMiscount(table, rows, summary);
}

/** What is cut off may have been stored all the same. */
async function withTimeout<Result>(
  { what, timeoutMillis }: { readonly what: string; readonly timeoutMillis: number | undefined },
  work: (signal: AbortSignal | undefined) => Promise<Result>,
): Promise<Result> {
  if (timeoutMillis === undefined) return work(undefined);
  const cut = new AbortController();
  const timer = setTimeout(() => cut.abort(), timeoutMillis);
  try {
    return await work(cut.signal);
  } catch (error) {
    if (!cut.signal.aborted) throw error;
    const text = `${what}: ClickHouse has not answered for ${timeoutMillis / 1000} s; the block is to be repeated`;
    throw new StoreError(text, { code: undefined, retryable: true });
  } finally {
    clearTimeout(timer);
  }
}

/** ClickHouse's written rows contain those that materialized views wrote, its read rows only those of the body. */
function refuseMiscount(
  table: string,
  rows: number,
  summary: { readonly read_rows: string; readonly written_rows: string } | undefined,
): void {
  const written = Number(summary?.written_rows ?? 0);
  const read = Number(summary?.read_rows ?? 0);
  if (written >= rows && (read === 0 || read === rows)) return;
  throw new StoreError(
    `insert into ${table}: ${rows} rows were sent, ${read} read and ${written} written; repeat the whole block`,
    { code: undefined, retryable: true },
  );
}

type SendParams = Parameters<ClickHouseClient['exec']>[0];

/** Bytes of a statement that ClickHouse reads, unless told otherwise before it reads: a setting within comes too late. */
const READ_BYTES = 262_144;
/** Beside it the parts that it may be made of, before and after its names are replaced by what they stand for. */
const LONG_STATEMENT = { max_ast_elements: '1000000', max_expanded_ast_elements: '10000000' };

/** A statement grows with the rules; only long ones say so, since users who may only read may not set anything. */
function settingsOf({ query, clickhouse_settings }: SendParams): Pick<SendParams, 'clickhouse_settings'> {
  const most = 3 * query.length;
  if (most <= READ_BYTES) return {};
  return { clickhouse_settings: { ...clickhouse_settings, ...LONG_STATEMENT, max_query_size: String(most) } };
}

/** A refusal is read whole, since the client's own errors keep only its beginning. */
async function send({ client, address }: Connection, params: SendParams) {
  const answer = await attempt({ client, address }, () =>
    client.exec({ ...params, ...settingsOf(params), ignore_error_response: true }),
  );
  const status = answer.http_status_code ?? 200;
  if (status < 400) return answer;
  throw refusedByClickHouse(await text(answer.stream), status, address);
}

async function attempt<Result>({ address }: Connection, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw notReached(error, address);
  }
}
