// An id for a message that came without one: the same content gives the same id, so that a retry is one event.
import { createHash } from 'node:crypto';
import type { EventId } from '../model/ids.ts';

/** SHA-256 of the message with the keys of every object sorted. The caller has limited its depth. */
export function deriveEventId(message: object): EventId {
  return createHash('sha256').update(canonicalJson(message)).digest('hex') as EventId;
}

function canonicalJson(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const fields = value as Readonly<Record<string, unknown>>;
  const entries = Object.keys(fields)
    .filter((key) => fields[key] !== undefined)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(fields[key])}`);
  return `{${entries.join(',')}}`;
}
