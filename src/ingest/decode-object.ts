// From parsed JSON to an event: the one place that decides whether a message is one. Hand-written, because it runs
// for every event of the line: a schema library costs as much again as parsing.
import type { GroupEvent, IdentifyEvent, TrackEvent } from '../model/event.ts';
import type { AccountId, UserId } from '../model/ids.ts';
import { decodeAlias, decodeRetract } from './decode-correction.ts';
import { exceedsDepth } from './exceeds-depth.ts';
import {
  type DecodeContext,
  type Decoded,
  nameOf,
  readEnvelope,
  readFields,
  readId,
  reject,
  rejectFields,
} from './read-fields.ts';
import { isSegmentMessage, segmentToCanonical } from './segment-to-canonical.ts';
import type { WireObject } from './wire-object.ts';

/** Arrays and objects inside each other; deeper ones are refused before anything recurses over them. */
const DEPTH_LIMIT = 100;

type ToCanonical = (message: WireObject) => WireObject;

/** Decodes a parsed message, canonical or Segment's. Never throws; `message` is anything that JSON.parse returns. */
export const decodeObject = (message: unknown, context: DecodeContext): Decoded =>
  decodeAs(message, context, (wire) => (isSegmentMessage(wire) ? segmentToCanonical(wire) : wire));

/** Where a message is known to be Segment's: fields that the canonical envelope has too are none of its own. */
export const decodeSegment = (message: unknown, context: DecodeContext): Decoded =>
  decodeAs(message, context, segmentToCanonical);

function decodeAs(message: unknown, context: DecodeContext, toCanonical: ToCanonical): Decoded {
  if (typeof message !== 'object' || message === null || Array.isArray(message)) {
    return reject('not_an_object', `A message must be one JSON object, not ${nameOf(message)}.`);
  }
  if (exceedsDepth(message, DEPTH_LIMIT)) {
    return reject(
      'nested_too_deep',
      `Arrays and objects may nest ${DEPTH_LIMIT} deep; flatten the properties.`,
    );
  }
  const canonical = toCanonical(message as WireObject);
  switch (canonical.type) {
    case 'track':
      return decodeTrack(canonical, context);
    case 'identify':
      return decodeIdentify(canonical, context);
    case 'group':
      return decodeGroup(canonical, context);
    case 'alias':
      return decodeAlias(canonical, context);
    case 'retract':
      return decodeRetract(canonical, context);
    default:
      return reject('unknown_type', '"type" must be "track", "identify", "group", "alias" or "retract".');
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
