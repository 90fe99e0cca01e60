// The time inside a UUIDv7, which stands in for a timestamp that the client left out.
import type { EpochMillis } from '../model/time.ts';

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;

/** Undefined when `id` is not a UUID of version 7. */
export function readUuidTime(id: string): EpochMillis | undefined {
  if (id.length !== 36 || !UUID_V7.test(id)) return undefined;
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16) as EpochMillis;
}
