// Turns what went wrong on the way to ClickHouse into a StoreError that says what to do and no secret.
import { StoreError } from '../model/store.ts';

export interface StoreAddress {
  /** Without credentials. */
  readonly url: string;
  readonly username: string;
  readonly password: string;
}

/** Time-out, too many queries, network, memory, no replica, shutting down: the same call may succeed later. */
const RETRYABLE_CODES = new Set([159, 160, 202, 203, 209, 210, 236, 241, 242, 279, 319, 394, 439, 999]);
const BAD_CREDENTIALS = new Set([192, 193, 194, 516]);

/** `body` is ClickHouse's own text of the refusal, `Code: 60. DB::Exception: …`. */
export function refusedByClickHouse(body: string, status: number, address: StoreAddress): StoreError {
  const { url, username, password } = address;
  const code = Number(/^Code: (\d+)/.exec(body)?.[1] ?? 0) || undefined;
  if (status === 401 || (code !== undefined && BAD_CREDENTIALS.has(code)))
    return new StoreError(
      `ClickHouse at ${url} rejected the user "${username}" or its password; check CLICKHOUSE_URL`,
      { code, retryable: false },
    );
  const text = body.trim() || `HTTP status ${status}`;
  return new StoreError(`ClickHouse at ${url} refused: ${withoutSecret(text, password)}`, {
    code,
    retryable: code === undefined ? status >= 500 : RETRYABLE_CODES.has(code),
  });
}

/** No answer of ClickHouse's: not reached, cut off, timed out, or something else listens there. */
export function notReached(error: unknown, { url, password }: StoreAddress): StoreError {
  if (error instanceof StoreError) return error;
  const reason = error instanceof Error ? error.message || codeOf(error) : String(error);
  return new StoreError(
    `ClickHouse at ${url} could not be reached or did not answer: ${withoutSecret(reason, password)}`,
    { code: undefined, retryable: true },
  );
}

const codeOf = (error: Error): string => ('code' in error ? String(error.code) : error.name);

const withoutSecret = (text: string, password: string): string =>
  password === '' ? text : text.replaceAll(password, '***').replaceAll(encodeURIComponent(password), '***');
