// Which dead letters there are, and whether each was replayed. Without their bodies, which may be large.
import type { CompiledStatement, StatementParameter } from '../../model/statement.ts';
import type { Store } from '../../model/store.ts';
import type { EpochMillis } from '../../model/time.ts';

/** Names one dead letter for good: topic, partition, offset, and the hash of its bytes. */
export const DEAD_LETTER_PLACE = `concat(topic, '/', toString(partition), '/', toString(offset), '/', lower(leftPad(hex(body_hash), 16, '0')))`;

export interface DeadLetterFilter {
  readonly reason?: string | undefined;
  readonly source?: string | undefined;
  /** Received at or after it. */
  readonly since?: EpochMillis | undefined;
  /** Only those that were not replayed yet. */
  readonly open?: boolean;
}

export interface DeadLetterEntry {
  readonly place: string;
  /** UTC, to the second, as are all times here. */
  readonly receivedAt: string;
  readonly source: string;
  readonly reason: string;
  readonly detail: string;
  readonly bytes: number;
  /** The last time; undefined when it was not. */
  readonly replayedAt: string | undefined;
}

/** The newest first; `limit` 0 is all. Rejects with a StoreError. */
export async function selectDeadLetters(
  store: Store,
  filter: DeadLetterFilter,
  limit = 0,
): Promise<readonly DeadLetterEntry[]> {
  const rows = await store.query<{
    place: string;
    received: string;
    source: string;
    reason: string;
    detail: string;
    bytes: string;
    replayed: string;
  }>(
    statement(filter, {
      select: `place, toString(toDateTime(received_at, 'UTC')) AS received, source, reason, detail, bytes,
  if(replayed_at = 0, '', toString(toDateTime(replayed_at, 'UTC'))) AS replayed`,
      rest: `ORDER BY received_at DESC, place${limit === 0 ? '' : '\nLIMIT {limit:UInt64}'}`,
      params: limit === 0 ? {} : { limit },
    }),
  );
  return rows.map(({ place, received, source, reason, detail, bytes, replayed }) => ({
    place,
    receivedAt: received,
    source,
    reason,
    detail,
    bytes: Number(bytes),
    replayedAt: replayed === '' ? undefined : replayed,
  }));
}

export interface DeadLetterCount {
  readonly reason: string;
  readonly letters: number;
  readonly replayed: number;
  /** UTC, to the second. */
  readonly lastReceivedAt: string;
}

/** By reason, the most frequent first. */
export async function countDeadLetters(
  store: Store,
  filter: DeadLetterFilter,
): Promise<readonly DeadLetterCount[]> {
  const rows = await store.query<{ reason: string; letters: string; replayed: string; last: string }>(
    statement(filter, {
      select: `reason, count() AS letters, countIf(replayed_at != 0) AS replayed,
  toString(toDateTime(max(received_at), 'UTC')) AS last`,
      rest: 'GROUP BY reason\nORDER BY letters DESC, reason',
    }),
  );
  return rows.map(({ reason, letters, replayed, last }) => ({
    reason,
    letters: Number(letters),
    replayed: Number(replayed),
    lastReceivedAt: last,
  }));
}

interface Asked {
  readonly select: string;
  readonly rest: string;
  readonly params?: Readonly<Record<string, StatementParameter>>;
}

function statement(
  { reason, source, since, open }: DeadLetterFilter,
  { select, rest, params = {} }: Asked,
): CompiledStatement {
  const conditions = [
    ...(reason === undefined ? [] : ['reason = {reason:String}']),
    ...(source === undefined ? [] : ['source = {source:String}']),
    ...(since === undefined ? [] : [`received_at >= fromUnixTimestamp64Milli({since:Int64}, 'UTC')`]),
    ...(open === true ? ['replayed_at = 0'] : []),
  ];
  return {
    sql: `SELECT ${select}
FROM (
  SELECT ${DEAD_LETTER_PLACE} AS place, received_at, source, reason, detail, length(body) AS bytes
  FROM dead_letters FINAL
) AS letters
LEFT JOIN (
  SELECT place, max(replayed_at) AS replayed_at FROM dead_letter_replays GROUP BY place
) AS replays USING (place)
${conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}\n`}${rest}
SETTINGS join_use_nulls = 0`,
    params: {
      ...params,
      ...(reason !== undefined && { reason }),
      ...(source !== undefined && { source }),
      ...(since !== undefined && { since }),
    },
    columns: [],
  };
}
