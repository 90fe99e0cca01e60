// Identifiers that sort by time and repeat with the seed.
import type { Random } from './random.ts';

/** A UUIDv7 (RFC 9562) of the instant, milliseconds since 1970. */
export function uuidAt(at: number, random: Random): string {
  const time = at.toString(16).padStart(12, '0');
  const rest = random.hex(16);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${rest.slice(0, 3)}-a${rest.slice(3, 6)}-${rest.slice(4, 16)}`;
}
