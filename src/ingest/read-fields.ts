// The fields that messages share, from what JSON.parse returns: ids, the envelope, and refusals that name the field.
import type { CanonicalEvent, Rejection, RejectReason } from '../model/event.ts';
import type { EventId } from '../model/ids.ts';
import type { JsonObject } from '../model/json.ts';
import { EARLIEST_TIMESTAMP, LATEST_TIMESTAMP } from '../model/tables.ts';
import { type EpochMicros, type EpochMillis, microsToMillis } from '../model/time.ts';
import { deriveEventId } from './derive-event-id.ts';
import { parseTimestamp } from './parse-timestamp.ts';
import { readUuidTime } from './read-uuid-time.ts';
import type { WireObject } from './wire-object.ts';

export interface DecodeContext {
  /** Stands in for the timestamp of a message that has none. UTC. */
  readonly receivedAt: EpochMicros;
}

export type Decoded = { readonly ok: true; readonly event: CanonicalEvent } | Refused;

export interface Refused {
  readonly ok: false;
  readonly rejection: Rejection;
}

const NO_FIELDS: JsonObject = {};

interface EnvelopeFields {
  readonly id: EventId;
  readonly idDerived: boolean;
  readonly timestamp: EpochMillis;
}

export function readEnvelope(wire: WireObject, context: DecodeContext): EnvelopeFields | Refused {
  const given = readId(wire.id, 'id');
  if (typeof given === 'object') return given;
  const timestamp = readTimestamp(wire.timestamp, given, context);
  if (typeof timestamp === 'object') return timestamp;
  // With the time that stands in for a missing one: two log-ins a minute apart are two, a redelivery is one.
  if (given === undefined) return { id: deriveEventId({ ...wire, timestamp }), idDerived: true, timestamp };
  return { id: given as EventId, idDerived: wire.id_derived === true, timestamp };
}

function readTimestamp(
  value: unknown,
  id: string | undefined,
  context: DecodeContext,
): EpochMillis | Refused {
  if (value === undefined || value === null || value === '') return standInTimestamp(id, context);
  const instant =
    typeof value === 'string'
      ? parseTimestamp(value)
      : typeof value === 'number'
        ? Math.floor(value)
        : undefined;
  if (instant === undefined) {
    const shown = typeof value === 'string' ? JSON.stringify(value.slice(0, 40)) : nameOf(value);
    return reject(
      'invalid_timestamp',
      `"timestamp" must be ISO 8601 text or epoch milliseconds, not ${shown}.`,
    );
  }
  if (!isInRange(instant)) {
    const hint = typeof value === 'number' ? ' Numbers are milliseconds, not seconds.' : '';
    return reject('timestamp_out_of_range', `"timestamp" ${value} is not between 1971 and 2099.${hint}`);
  }
  return instant as EpochMillis;
}

function standInTimestamp(id: string | undefined, context: DecodeContext): EpochMillis {
  const inside = id === undefined ? undefined : readUuidTime(id);
  return inside !== undefined && isInRange(inside) ? inside : microsToMillis(context.receivedAt);
}

const isInRange = (instant: number): boolean => instant >= EARLIEST_TIMESTAMP && instant < LATEST_TIMESTAMP;

/** An id as text; whole numbers are taken too, since many clients send their database keys so. */
export function readId(value: unknown, field: string): string | undefined | Refused {
  if (typeof value === 'string') return value === '' ? undefined : value;
  if (value === undefined || value === null) return undefined;
  // Beyond 2^53 JSON numbers run into each other: two accounts would silently become one.
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
  const found = typeof value === 'number' ? `the number ${value}` : nameOf(value);
  return reject('invalid_field', `"${field}" must be text or a whole number below 2^53, not ${found}.`);
}

export function readFields(value: unknown): JsonObject | undefined {
  if (value === undefined || value === null) return NO_FIELDS;
  return typeof value === 'object' && !Array.isArray(value) ? (value as JsonObject) : undefined;
}

export const rejectFields = (field: string, value: unknown): Refused =>
  reject('invalid_field', `"${field}" must be an object, not ${nameOf(value)}.`);

export function nameOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object') return 'an object';
  if (typeof value === 'string') return 'text';
  return typeof value === 'number' ? 'a number' : `a ${typeof value}`;
}

export function reject(reason: RejectReason, detail: string): Refused {
  return { ok: false, rejection: { reason, detail } };
}
