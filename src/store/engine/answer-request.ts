// One port of the engine: ClickHouse's HTTP interface for one user, on node's HTTP server.
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { encodeBody, type Packing } from './encode-body.ts';
import { EngineFailure, toEngineFailure } from './engine-failure.ts';
import { type EngineRequest, readEngineRequest } from './engine-request.ts';
import { authenticate, type EngineUser } from './engine-users.ts';
import { toNativeRevision } from './native-revision.ts';
import { readOutputFormat } from './read-output-format.ts';
import { limitReader, refuseLimit } from './reader-limits.ts';
import { parseWantedReader, type WantedReader } from './reader-place.ts';
import { READER_SETTINGS } from './reader-settings.ts';
import { refuseStatement } from './refuse-statement.ts';
import { refuseFormatToReader } from './refuse-to-reader.ts';
import { runStatement, type StatementResult } from './run-statement.ts';
import type { SessionPool } from './session-pool.ts';

export interface PortOptions {
  readonly pool: SessionPool;
  readonly user: EngineUser;
  /** Statements on this port may only read. */
  readonly reader: boolean;
  readonly scratchDir: string;
  /** Serves readers elsewhere from now on; only the owner may ask for it. */
  readonly moveReader?: (wanted: WantedReader) => Promise<void>;
}

const MAX_BODY_BYTES = 1 << 30;
/** A statement without data: as much as ClickHouse takes by default. Cutting it into tokens holds everyone else up. */
const MAX_READER_BODY_BYTES = 1 << 18;

/** Handles `GET /ping`, `GET /lease` (held open by who needs the engine), and statements. */
export function createPortListener(options: PortOptions): RequestListener {
  return (request, response) => {
    answer(request, response, options).catch((error: unknown) => sendFailure(response, error));
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  options: PortOptions,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://engine');
  if (url.pathname === '/ping') return send(response, 'Ok.\n');
  // Before anything of the body is kept: whoever has no password costs no memory.
  authenticate(options.user, url, request.headers);
  if (url.pathname === '/lease') {
    response.writeHead(200, { 'content-type': 'text/plain' }).flushHeaders();
    return;
  }
  if (url.pathname === '/reader' && request.method === 'POST' && options.moveReader) {
    await options.moveReader(parseWantedReader(await readBody(request, MAX_READER_BODY_BYTES)));
    return send(response, 'Ok.\n');
  }
  refusePlace(request.method, url.pathname);
  if (request.method !== 'POST' && !url.searchParams.has('query')) return send(response, 'Ok.\n');
  const maxBytes = options.reader ? MAX_READER_BODY_BYTES : MAX_BODY_BYTES;
  const body = await readBody(request, maxBytes);
  const statement = await readEngineRequest({ url, headers: request.headers, body, maxBytes });
  try {
    await answerStatement({ request, response, url, statement }, options);
  } catch (error) {
    await sendFailure(response, error, statement.packing);
  }
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
  readonly statement: EngineRequest;
}

async function answerStatement(
  { request, response, url, statement }: Exchange,
  options: PortOptions,
): Promise<void> {
  // As in ClickHouse, GET and HEAD only read, whoever asks.
  const reader =
    options.reader ||
    request.method !== 'POST' ||
    ['1', '2'].includes(statement.settings.get('readonly') ?? '0');
  refuse(statement, reader);
  const result = await options.pool.run((session) => {
    if (response.destroyed) throw new EngineFailure(394, 'the client has gone');
    return runStatement(session, reader ? asReader(statement) : statement, {
      reader,
      scratchDir: options.scratchDir,
    });
  });
  await sendResult(response, statement, result, url.searchParams.get('query_id') ?? randomUUID());
}

/** ClickHouse's pages and its other ways in are not served, and a statement at a wrong place is a mistake. */
function refusePlace(method: string | undefined, path: string): void {
  if (!['GET', 'HEAD', 'POST'].includes(method ?? ''))
    throw new EngineFailure(48, `the embedded engine answers GET, HEAD and POST, not ${method}`, 405);
  if (path !== '/' && path !== '/query')
    throw new EngineFailure(79, `There is no handle ${path}; send statements to /`, 404);
}

/**
 * A reader's session is bounded, and made read-only by the engine itself, after everything else was set. It does not
 * stand in `default`, where chDB takes the name of a table for a file.
 */
function asReader(statement: EngineRequest): EngineRequest {
  const own = [...statement.settings].filter(([name]) => name !== 'readonly');
  const database = [undefined, '', 'default'].includes(statement.database) ? 'system' : statement.database;
  return { ...statement, database, settings: limitReader(new Map(own)) };
}

function refuse(statement: EngineRequest, reader: boolean): void {
  // It may have come in the address.
  if (reader && statement.sql.length > MAX_READER_BODY_BYTES)
    throw new EngineFailure(62, `Max query size exceeded: over ${MAX_READER_BODY_BYTES} bytes`);
  const refusal =
    refuseStatement(statement.sql, { reader }) ??
    (reader ? refuseFormatToReader(statement.format) : undefined);
  if (refusal) throw new EngineFailure(refusal.code, refusal.message);
  const forbidden = reader && [...statement.settings.keys()].find((name) => !READER_SETTINGS.has(name));
  if (forbidden) throw new EngineFailure(164, `Cannot modify '${forbidden}' setting in readonly mode`);
  const limit = reader && refuseLimit(statement.settings);
  if (limit) throw new EngineFailure(452, limit);
}

async function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  // Not destroyed on the way out: a client that is told why still sends.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    bytes += chunk.length;
    if (bytes > limit) throw new EngineFailure(1000, `a body over ${limit} bytes`, 413);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function send(response: ServerResponse, text: string): void {
  response.writeHead(200, { 'content-type': 'text/plain; charset=UTF-8' }).end(text);
}

async function sendResult(
  response: ServerResponse,
  statement: EngineRequest,
  result: StatementResult,
  queryId: string,
): Promise<void> {
  const { insert, packing } = statement;
  const format = (insert ? undefined : readOutputFormat(statement.sql)) ?? statement.format;
  const plain = /^native$/i.test(format) ? toNativeRevision(result.body, statement.revision) : result.body;
  const body = await encodeBody(plain, packing);
  response.writeHead(200, {
    'content-type': contentTypeOf(format),
    'content-length': body.length,
    ...(packing.encoding === undefined ? {} : { 'content-encoding': packing.encoding }),
    'x-clickhouse-format': format,
    'x-clickhouse-query-id': queryId,
    'x-clickhouse-timezone': 'UTC',
    'x-clickhouse-server-display-name': 'tidemark',
    'x-clickhouse-summary': JSON.stringify({
      read_rows: String(result.readRows),
      written_rows: String(result.writtenRows),
      result_rows: String(result.resultRows),
    }),
  });
  response.end(body);
}

function contentTypeOf(format: string): string {
  if (/^(Native|RowBinary|Parquet|Arrow|ORC|Avro|MsgPack|BSON|Protobuf|Npy)/i.test(format))
    return 'application/octet-stream';
  if (/^JSON/i.test(format)) return 'application/json; charset=UTF-8';
  if (/^(TSV|TabSeparated)/i.test(format)) return 'text/tab-separated-values; charset=UTF-8';
  return /^CSV/i.test(format) ? 'text/csv; charset=UTF-8; header=absent' : 'text/plain; charset=UTF-8';
}

/** In blocks where those were asked for, as in ClickHouse: a client that waits for blocks reads nothing else. */
async function sendFailure(response: ServerResponse, error: unknown, packing?: Packing): Promise<void> {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const failure = toEngineFailure(error);
  const login =
    failure.status === 401 ? { 'www-authenticate': 'Basic realm="ClickHouse server HTTP API"' } : {};
  const text = Buffer.from(`${failure.message}\n`);
  const body = await encodeBody(text, { blocks: packing?.blocks ?? false, encoding: undefined });
  response.writeHead(failure.status, {
    'content-type': 'text/plain; charset=UTF-8',
    'content-length': body.length,
    'x-clickhouse-exception-code': String(failure.code),
    ...login,
  });
  response.end(body);
}
