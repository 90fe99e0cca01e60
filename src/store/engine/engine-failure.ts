// A refusal or failure as ClickHouse's HTTP interface words it.

export class EngineFailure extends Error {
  override readonly name = 'EngineFailure';
  /** ClickHouse's error code. */
  readonly code: number;
  readonly status: number;

  constructor(code: number, message: string, status?: number) {
    super(
      /^Code: \d+\. DB::Exception: /.test(message) ? message : `Code: ${code}. DB::Exception: ${message}`,
    );
    this.code = code;
    this.status = status ?? statusOf(code);
  }
}

const BAD_REQUEST = new Set([6, 20, 36, 38, 41, 43, 46, 47, 53, 62, 72, 89, 115, 452, 456, 457]);
const NOT_FOUND = new Set([16, 60, 81]);
const FORBIDDEN = new Set([164, 497, 516]);

function statusOf(code: number): number {
  if (BAD_REQUEST.has(code)) return 400;
  if (NOT_FOUND.has(code)) return 404;
  return FORBIDDEN.has(code) ? 403 : 500;
}

/** chDB's errors carry the code in their text; what has none is ours, and is a 1002 as in ClickHouse. */
export function toEngineFailure(error: unknown): EngineFailure {
  if (error instanceof EngineFailure) return error;
  const message = error instanceof Error ? error.message : String(error);
  const code = /Code: (\d+)\./.exec(message)?.[1];
  return new EngineFailure(code === undefined ? 1002 : Number(code), message);
}
