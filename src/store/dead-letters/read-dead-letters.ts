// Dead letters whole, by their places.
import type { Store } from '../../model/store.ts';
import type { EpochMicros } from '../../model/time.ts';
import { DEAD_LETTER_PLACE } from './select-dead-letters.ts';

export interface WholeDeadLetter {
  readonly place: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly source: 'collector' | 'topic' | 'import';
  readonly reason: string;
  readonly detail: string;
  readonly receivedAt: EpochMicros;
  /** When the log took it, or the collector, where that is known; else when it was received. */
  readonly appendedAt: EpochMicros;
  readonly headers: Readonly<Record<string, string>> | undefined;
  readonly body: Buffer;
  /** The last time; undefined when it was not. */
  readonly replayedAt: EpochMicros | undefined;
}

interface Row {
  readonly place: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  readonly source: WholeDeadLetter['source'];
  readonly reason: string;
  readonly detail: string;
  readonly received: string;
  readonly appended: string;
  readonly headers: string;
  readonly packed: string;
  readonly replayed: string;
}

/** In no order; a place that is not there is left out. The caller bounds their number and bytes. */
export async function readDeadLetters(
  store: Store,
  places: readonly string[],
): Promise<readonly WholeDeadLetter[]> {
  if (places.length === 0) return [];
  const rows = await store.query<Row>({
    // Bodies need not be text, which JSON is.
    sql: `SELECT place, topic, partition, offset, source, reason, detail, received, appended, headers, packed,
  toUnixTimestamp64Micro(replayed_at) AS replayed
FROM (
  SELECT ${DEAD_LETTER_PLACE} AS place, topic, partition, offset, source, reason, detail, headers,
    toUnixTimestamp64Micro(received_at) AS received, toUnixTimestamp64Micro(appended_at) AS appended,
    base64Encode(body) AS packed
  FROM dead_letters FINAL
  WHERE topic IN {topics:Array(String)} AND ${DEAD_LETTER_PLACE} IN {places:Array(String)}
) AS letters
LEFT JOIN (
  SELECT place, max(replayed_at) AS replayed_at FROM dead_letter_replays
  WHERE place IN {places:Array(String)}
  GROUP BY place
) AS replays USING (place)
SETTINGS join_use_nulls = 0`,
    params: { places, topics: [...new Set(places.map(topicOf))] },
    columns: [],
  });
  return rows.map(toLetter);
}

/** What stands before partition, offset and hash. */
const topicOf = (place: string): string => place.split('/').slice(0, -3).join('/');

function toLetter({ offset, received, appended, headers, packed, replayed, ...same }: Row): WholeDeadLetter {
  return {
    ...same,
    offset: Number(offset),
    receivedAt: Number(received) as EpochMicros,
    appendedAt: Number(appended === '0' ? received : appended) as EpochMicros,
    headers: headers === '' ? undefined : JSON.parse(headers),
    body: Buffer.from(packed, 'base64'),
    replayedAt: replayed === '0' ? undefined : (Number(replayed) as EpochMicros),
  };
}
