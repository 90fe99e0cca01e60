// From parsed JSON to an event: the one place that decides whether a message is one. Hand-written, because it runs
// for every event of the line: a schema library costs as much again as parsing.
import type {
  CanonicalEvent,
  GroupEvent,
  IdentifyEvent,
  Rejection,
  RejectReason,
  TrackEvent,
} from '../model/event.ts';
import type { AccountId, EventId, UserId } from '../model/ids.ts';
import type { JsonObject } from '../model/json.ts';
import { EARLIEST_TIMESTAMP, LATEST_TIMESTAMP } from '../model/tables.ts';
import { type EpochMicros, type EpochMillis, microsToMillis } from '../model/time.ts';
import { deriveEventId } from './derive-event-id.ts';
import { exceedsDepth } from './exceeds-depth.ts';
import { parseTimestamp } from './parse-timestamp.ts';
import { readUuidTime } from './read-uuid-time.ts';
import { isSegmentMessage, segmentToCanonical } from './segment-to-canonical.ts';
import type { WireObject } from './wire-object.ts';

export type Decoded =
  | { readonly ok: true; readonly event: CanonicalEvent }
  | { readonly ok: false; readonly rejection: Rejection };

export interface DecodeContext {
  /** Stands in for the timestamp of a message that has none. UTC. */
  readonly receivedAt: EpochMicros;
}

/** Arrays and objects inside each other; deeper ones are refused before anything recurses over them. */
const DEPTH_LIMIT = 100;

const NO_FIELDS: JsonObject = {};

/** Decodes a parsed message, canonical or Segment's. Never throws; `message` is anything that JSON.parse returns. */
export function decodeObject(message: unknown, context: DecodeContext): Decoded {
  if (typeof message !== 'object' || message === null || Array.isArray(message)) {
    return reject('not_an_object', `A message must be one JSON object, not ${nameOf(message)}.`);
  }
  if (exceedsDepth(message, DEPTH_LIMIT)) {
    return reject(
      'nested_too_deep',
      `Arrays and objects may nest ${DEPTH_LIMIT} deep; flatten the properties.`,
    );
  }
  const wire = message as WireObject;
  const canonical = isSegmentMessage(wire) ? segmentToCanonical(wire) : wire;
  switch (canonical.type) {
    case 'track':
      return decodeTrack(canonical, context);
    case 'identify':
      return decodeIdentify(canonical, context);
    case 'group':
      return decodeGroup(canonical, context);
    case 'page':
    case 'screen':
    case 'alias':
      return reject(
        'unsupported_type',
        `"${canonical.type}" is not used; send "track", "identify" or "group".`,
      );
    default:
      return reject('unknown_type', '"type" must be "track", "identify" or "group".');
  }
}

function decodeTrack(wire: WireObject, context: DecodeContext): Decoded {
  const name = wire.event;
  if (name === undefined || name === null || name === '') {
    return reject('missing_event', 'A "track" needs "event", the name of what was done.');
  }
  if (typeof name !== 'string') return reject('invalid_field', `"event" must be text, not ${nameOf(name)}.`);
  const accountId = readId(wire.account_id, 'account_id');
  if (typeof accountId === 'object') return accountId;
  const userId = readId(wire.user_id, 'user_id');
  if (typeof userId === 'object') return userId;
  if (accountId === undefined && userId === undefined) {
    return reject('missing_account_and_user', 'A "track" needs "account_id" or "user_id", or both.');
  }
  const properties = readFields(wire.properties);
  if (properties === undefined) return rejectFields('properties', wire.properties);
  const envelope = readEnvelope(wire, context);
  if ('ok' in envelope) return envelope;
  const { id, idDerived, timestamp } = envelope;
  const event: TrackEvent = {
    type: 'track',
    id,
    idDerived,
    timestamp,
    event: name,
    accountId: accountId as AccountId | undefined,
    userId: userId as UserId | undefined,
    properties,
  };
  return { ok: true, event };
}

function decodeIdentify(wire: WireObject, context: DecodeContext): Decoded {
  const userId = readId(wire.user_id, 'user_id');
  if (typeof userId === 'object') return userId;
  if (userId === undefined) return reject('missing_user', 'An "identify" needs "user_id".');
  const traits = readFields(wire.traits);
  if (traits === undefined) return rejectFields('traits', wire.traits);
  const envelope = readEnvelope(wire, context);
  if ('ok' in envelope) return envelope;
  const event: IdentifyEvent = { type: 'identify', ...envelope, userId: userId as UserId, traits };
  return { ok: true, event };
}

function decodeGroup(wire: WireObject, context: DecodeContext): Decoded {
  const accountId = readId(wire.account_id, 'account_id');
  if (typeof accountId === 'object') return accountId;
  if (accountId === undefined) return reject('missing_account', 'A "group" needs "account_id".');
  const userId = readId(wire.user_id, 'user_id');
  if (typeof userId === 'object') return userId;
  const traits = readFields(wire.traits);
  if (traits === undefined) return rejectFields('traits', wire.traits);
  const envelope = readEnvelope(wire, context);
  if ('ok' in envelope) return envelope;
  const event: GroupEvent = {
    type: 'group',
    ...envelope,
    accountId: accountId as AccountId,
    userId: userId as UserId | undefined,
    traits,
  };
  return { ok: true, event };
}

interface EnvelopeFields {
  readonly id: EventId;
  readonly idDerived: boolean;
  readonly timestamp: EpochMillis;
}

type Refused = Extract<Decoded, { ok: false }>;

function readEnvelope(wire: WireObject, context: DecodeContext): EnvelopeFields | Refused {
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
function readId(value: unknown, field: string): string | undefined | Refused {
  if (typeof value === 'string') return value === '' ? undefined : value;
  if (value === undefined || value === null) return undefined;
  // Beyond 2^53 JSON numbers run into each other: two accounts would silently become one.
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
  const found = typeof value === 'number' ? `the number ${value}` : nameOf(value);
  return reject('invalid_field', `"${field}" must be text or a whole number below 2^53, not ${found}.`);
}

function readFields(value: unknown): JsonObject | undefined {
  if (value === undefined || value === null) return NO_FIELDS;
  return typeof value === 'object' && !Array.isArray(value) ? (value as JsonObject) : undefined;
}

const rejectFields = (field: string, value: unknown): Refused =>
  reject('invalid_field', `"${field}" must be an object, not ${nameOf(value)}.`);

function nameOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object') return 'an object';
  if (typeof value === 'string') return 'text';
  return typeof value === 'number' ? 'a number' : `a ${typeof value}`;
}

function reject(reason: RejectReason, detail: string): Refused {
  return { ok: false, rejection: { reason, detail } };
}
