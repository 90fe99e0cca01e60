// The id of a series: the same definition in the same days is the same stored series, whichever metric asks.
import type { SeriesId } from '../../model/ids.ts';
import type { TimeZone } from '../../model/time.ts';
import { seriesJson } from '../definition-json.ts';
import { hashJson } from '../hash-json.ts';
import type { SeriesDefinition } from '../series.ts';

/** Raise it when the meaning of a stored column changes: every series is then rebuilt from raw rows. */
export const SERIES_SEMANTICS = 2;

/** First 64 bits of SHA-256 over definition, time zone and semantics version. */
export function identifySeries(definition: SeriesDefinition, timezone: TimeZone): SeriesId {
  const hash = hashJson([seriesJson(definition), timezone, SERIES_SEMANTICS]);
  return BigInt(`0x${hash.slice(0, 16)}`).toString() as SeriesId;
}
