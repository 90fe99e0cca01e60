// The id of a series: the same definition in the same days is the same stored series, whichever metric asks.
import type { SeriesId } from '../../model/ids.ts';
import type { JsonValue } from '../../model/json.ts';
import type { TimeZone } from '../../model/time.ts';
import { hashJson } from '../hash-json.ts';
import type { SeriesDefinition } from '../series.ts';

/** Raise it when the meaning of a stored column changes: every series is then rebuilt from raw rows. */
export const SERIES_SEMANTICS = 1;

export const describeSeries = (definition: SeriesDefinition): JsonValue =>
  JSON.parse(JSON.stringify(definition)) as JsonValue;

/** First 64 bits of SHA-256 over definition, time zone and semantics version. */
export function identifySeries(definition: SeriesDefinition, timezone: TimeZone): SeriesId {
  const hash = hashJson([describeSeries(definition), timezone, SERIES_SEMANTICS]);
  return BigInt(`0x${hash.slice(0, 16)}`).toString() as SeriesId;
}
