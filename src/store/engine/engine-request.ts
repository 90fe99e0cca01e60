// One request of ClickHouse's HTTP interface as data: the statement, its data, parameters and settings.
import type { IncomingHttpHeaders } from 'node:http';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import { EngineFailure } from './engine-failure.ts';
import { type InsertWithData, parseInsert } from './parse-insert.ts';

export interface EngineRequest {
  /** Without the data of an insert. */
  readonly sql: string;
  readonly insert: (InsertWithData & { readonly data: Buffer }) | undefined;
  readonly database: string | undefined;
  /** Output format for a statement that names none. */
  readonly format: string;
  /** In ClickHouse's escaped form, as they came. */
  readonly params: ReadonlyMap<string, string>;
  readonly settings: ReadonlyMap<string, string>;
}

/** What the HTTP interface takes that is no setting of the engine; sessions are not kept between requests. */
const NO_SETTINGS = new Set([
  ...[
    'query',
    'database',
    'default_format',
    'user',
    'password',
    'quota_key',
    'role',
    'query_id',
    'stacktrace',
  ],
  ...['session_id', 'session_timeout', 'session_check', 'close_session', 'compress', 'decompress'],
  ...['buffer_size', 'wait_end_of_query', 'client_protocol_version', 'enable_http_compression'],
  ...['send_progress_in_http_headers', 'http_headers_progress_interval_ms'],
]);

const unpackers = {
  gzip: promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
} as const;

/** @throws EngineFailure when the body's encoding, or a compression asked for, is not one of ours. */
export async function readEngineRequest(
  url: URL,
  headers: IncomingHttpHeaders,
  rawBody: Buffer,
): Promise<EngineRequest> {
  const query = url.searchParams;
  refuseCompression(query);
  const body = await unpack(rawBody, headers['content-encoding']);
  return {
    ...splitStatement(query.get('query'), body),
    database: query.get('database') ?? single(headers['x-clickhouse-database']),
    format: query.get('default_format') ?? single(headers['x-clickhouse-format']) ?? 'TabSeparated',
    params: new Map(pairs(query, (name) => (name.startsWith('param_') ? name.slice(6) : undefined))),
    settings: new Map(
      pairs(query, (name) => (name.startsWith('param_') || NO_SETTINGS.has(name) ? undefined : name)),
    ),
  };
}

const single = (header: string | string[] | undefined): string | undefined =>
  Array.isArray(header) ? header[0] : header;

function* pairs(query: URLSearchParams, keyOf: (name: string) => string | undefined) {
  for (const [name, value] of query) {
    const key = keyOf(name);
    if (key !== undefined) yield [key, value] as const;
  }
}

function refuseCompression(query: URLSearchParams): void {
  for (const name of ['compress', 'decompress']) {
    if ((query.get(name) ?? '0') !== '0')
      throw new EngineFailure(89, `the embedded engine does not support ${name}=1; turn compression off`);
  }
}

async function unpack(body: Buffer, encoding: string | undefined): Promise<Buffer> {
  if (encoding === undefined || encoding === '' || encoding === 'identity') return body;
  const unpacker = Object.entries(unpackers).find(([name]) => name === encoding)?.[1];
  if (!unpacker)
    throw new EngineFailure(
      89,
      `Unknown compression method: content-encoding ${encoding}; the embedded engine takes gzip, deflate and br`,
    );
  return unpacker(body).catch((error: Error) => {
    throw new EngineFailure(89, `the body is not ${encoding}: ${error.message}`);
  });
}

/** As in ClickHouse, the body goes on where the statement in the URL stops. */
function splitStatement(inUrl: string | null, body: Buffer): Pick<EngineRequest, 'sql' | 'insert'> {
  const fromUrl = inUrl === null ? undefined : parseInsert(inUrl);
  if (inUrl !== null && fromUrl) return withData(inUrl, fromUrl, body);
  // Latin-1 keeps offsets equal to bytes, so that data in any format can be cut off the statement unharmed.
  const bytes = inUrl === null ? body : Buffer.concat([Buffer.from(`${inUrl}\n`), body]);
  const asLatin1 = parseInsert(bytes.subarray(0, HEAD_BYTES).toString('latin1'));
  if (!asLatin1) return { sql: bytes.toString('utf8').trimEnd(), insert: undefined };
  const head = bytes.subarray(0, asLatin1.dataAt).toString('utf8');
  return withData(head, parseInsert(head) ?? asLatin1, bytes.subarray(asLatin1.dataAt));
}

/** An INSERT whose FORMAT clause begins later is taken for one without data. */
const HEAD_BYTES = 1 << 20;

function withData(sql: string, insert: InsertWithData, rest: Buffer): Pick<EngineRequest, 'sql' | 'insert'> {
  const inline = sql.slice(insert.dataAt);
  const data = inline.trim() === '' ? rest : Buffer.concat([Buffer.from(inline), rest]);
  return { sql: sql.slice(0, insert.dataAt), insert: { ...insert, data } };
}
