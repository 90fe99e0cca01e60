// How much one statement of a reader may use. It shares a process with everything that Tidemark itself asks, so each
// limit is a default and also the most: a statement may ask for less.
import { availableParallelism } from 'node:os';

interface Limit {
  /** Where the statement says nothing. */
  readonly usual: number;
  readonly most: number;
}

const GIB = 1 << 30;
const always = (most: number): Limit => ({ usual: most, most });

/** By setting of ClickHouse: seconds, bytes, rows. Documented in docs/clickhouse.md. */
const READER_LIMITS: Readonly<Record<string, Limit>> = {
  max_execution_time: { usual: 120, most: 600 },
  max_memory_usage: always(2 * GIB),
  max_result_bytes: always(GIB / 2),
  max_result_rows: always(10_000_000),
  max_threads: always(availableParallelism()),
  max_block_size: { usual: 65_409, most: 65_536 },
};

/** A disk that is full stops more than the reader. */
const READER_FIXED: ReadonlyMap<string, string> = new Map([
  ['max_temporary_data_on_disk_size_for_query', String(4 * GIB)],
]);

/** @returns what is wrong with the limits that a statement asks for, in ClickHouse's words; 0 would mean none. */
export function refuseLimit(settings: ReadonlyMap<string, string>): string | undefined {
  for (const [name, { most }] of Object.entries(READER_LIMITS)) {
    const text = settings.get(name);
    if (text === undefined || (/^\d+(\.\d+)?$/.test(text) && Number(text) > 0 && Number(text) <= most))
      continue;
    return `Setting ${name} of a reader must be above 0 and at most ${most}, not ${text}`;
  }
  return undefined;
}

/** The settings of a reader's session: its own, and the limits that it left open. */
export const limitReader = (settings: ReadonlyMap<string, string>): ReadonlyMap<string, string> =>
  new Map([
    ...READER_FIXED,
    ...Object.entries(READER_LIMITS).map(([name, { usual }]) => [name, String(usual)] as const),
    ...settings,
  ]);
