// One request of ClickHouse's HTTP interface as data: the statement, its data, parameters and settings.
import type { IncomingHttpHeaders } from 'node:http';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import { chooseEncoding, type Packing } from './encode-body.ts';
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
  /** Of the answer. */
  readonly packing: Packing;
  /** `client_protocol_version`, which FORMAT Native heeds; 0 for none. */
  readonly revision: number;
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

interface RawRequest {
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** Of a body once it is unpacked. */
  readonly maxBytes: number;
}

/** @throws EngineFailure for what is asked for and not served, such as an encoding of the body that is not ours. */
export async function readEngineRequest({
  url,
  headers,
  body: rawBody,
  maxBytes,
}: RawRequest): Promise<EngineRequest> {
  const query = url.searchParams;
  refuseUnserved(query, headers);
  const body = await unpack(rawBody, headers['content-encoding'], maxBytes);
  return {
    ...splitStatement(query.get('query'), body),
    database: query.get('database') ?? single(headers['x-clickhouse-database']),
    format: query.get('default_format') ?? single(headers['x-clickhouse-format']) ?? 'TabSeparated',
    params: new Map(pairs(query, (name) => (name.startsWith('param_') ? name.slice(6) : undefined))),
    settings: new Map(
      pairs(query, (name) => (name.startsWith('param_') || NO_SETTINGS.has(name) ? undefined : name)),
    ),
    packing: {
      blocks: isOn(query, 'compress'),
      encoding: isOn(query, 'enable_http_compression')
        ? chooseEncoding(single(headers['accept-encoding']))
        : undefined,
    },
    revision: readRevision(query.get('client_protocol_version')),
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

const isOn = (query: URLSearchParams, name: string): boolean =>
  !['', '0', 'false'].includes(query.get(name) ?? '');

function readRevision(text: string | null): number {
  const revision = Number(text ?? 0);
  if (Number.isSafeInteger(revision) && revision >= 0) return revision;
  throw new EngineFailure(36, `client_protocol_version=${text}: it must be a whole number`);
}

/** Each would change what a statement means, so that to pass over it would be silently wrong. */
function refuseUnserved(query: URLSearchParams, headers: IncomingHttpHeaders): void {
  if (isOn(query, 'decompress'))
    throw new EngineFailure(
      89,
      'the embedded engine does not support decompress=1; send the statement as it is, or with content-encoding gzip',
    );
  if (query.has('role'))
    throw new EngineFailure(511, `There is no role ${query.get('role')}: the embedded engine has no roles`);
  if (isOn(query, 'session_check'))
    throw new EngineFailure(
      372,
      'Session not found: the embedded engine keeps no sessions; leave session_check out',
    );
  if (/^multipart\//i.test(headers['content-type'] ?? ''))
    throw new EngineFailure(
      48,
      'the embedded engine takes no multipart bodies: external tables are not served, and parameters go into the URL as param_NAME',
    );
}

async function unpack(body: Buffer, encoding: string | undefined, maxBytes: number): Promise<Buffer> {
  if (encoding === undefined || encoding === '' || encoding === 'identity') return body;
  const unpacker = Object.entries(unpackers).find(([name]) => name === encoding)?.[1];
  if (!unpacker)
    throw new EngineFailure(
      89,
      `Unknown compression method: content-encoding ${encoding}; the embedded engine takes gzip, deflate and br`,
    );
  return unpacker(body, { maxOutputLength: maxBytes }).catch((error: Error) => {
    if ('code' in error && error.code === 'ERR_BUFFER_TOO_LARGE')
      throw new EngineFailure(1000, `a body over ${maxBytes} bytes`, 413);
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
