// PostHog's messages in terms of the canonical envelope: one message may say several things, each with an id of its
// own, made from the message's. Renames only: whether the values make an event is decided in decode-object.ts.
import { EARLIEST_TIMESTAMP, LATEST_TIMESTAMP } from '../../model/tables.ts';
import { type DecodeContext, readEnvelope } from '../read-fields.ts';
import type { WireObject } from '../wire-object.ts';
import { chooseAccountGroup, isAccountGroup } from './choose-account-group.ts';

/** What the statements of one message share. */
interface Message {
  /** "" or missing: each statement's is derived from what it says. */
  readonly uuid: unknown;
  /** As it was sent, where it is no time. */
  readonly timestamp: unknown;
  readonly event: unknown;
  readonly user: unknown;
  readonly properties: WireObject;
  /** Of the person; those in `properties` too. */
  readonly set: unknown;
  readonly setOnce: unknown;
  readonly unset: unknown;
}

/** Events that have the names of Segment's here. */
const VIEWS: ReadonlyMap<string, string> = new Map([
  ['$pageview', 'page'],
  ['$screen', 'screen'],
]);
/** What is read from the properties elsewhere, and the write key, which is nobody's property. */
const READ_ELSEWHERE = ['$set', '$set_once', '$unset', 'token'];

/** Of the distance between two times. The whole span of them, 1971 to 2099, then ends in 1983. */
const ONCE_SHRINKS_BY = 10;

/** Of the other formats: what names its user, account or id as they do is not PostHog's. */
const OTHERS = ['user_id', 'account_id', 'userId', 'anonymousId', 'groupId', 'messageId', 'specversion'];

/** True for what only PostHog's clients send. */
export function isPosthogMessage(message: WireObject): boolean {
  if (message.event === undefined) return false;
  if (message.distinct_id === undefined && fieldsOf(message.properties).distinct_id === undefined)
    return false;
  return OTHERS.every((field) => message[field] === undefined);
}

/**
 * The user is `distinct_id`, the account the group of a type that stands for one, the id `uuid`, and the time the
 * client's own: `timestamp`, else `properties.$time`. `sent_at` and `offset` are not used, since a retry changes them.
 */
export function posthogToCanonical(wire: WireObject, context: DecodeContext): readonly WireObject[] {
  const message = readMessage(wire, context);
  switch (message.event) {
    case '$identify':
      return [identify(message), ...setOnce(message), ...aliasOf(message, '$anon_distinct_id')];
    case '$set':
      return [identify(message), ...setOnce(message)];
    case '$create_alias':
    case '$merge_dangerously':
      return [{ ...stated(message), type: 'alias', previous_id: message.properties.alias }];
    case '$groupidentify':
      return isAccountGroup(message.properties.$group_type) ? [group(message)] : track(message, wire);
    default:
      return track(message, wire);
  }
}

function readMessage(wire: WireObject, context: DecodeContext): Message {
  const properties = fieldsOf(wire.properties);
  const sent = { id: wire.uuid, timestamp: firstGiven(wire.timestamp, secondsToMillis(properties.$time)) };
  const envelope = readEnvelope(sent, context);
  return {
    uuid: wire.uuid,
    timestamp: 'ok' in envelope ? sent.timestamp : envelope.timestamp,
    event: wire.event,
    user: firstGiven(firstGiven(wire.distinct_id, wire.$distinct_id), properties.distinct_id),
    properties,
    set: merge(properties.$set, wire.$set),
    setOnce: merge(properties.$set_once, wire.$set_once),
    unset: firstGiven(wire.$unset, properties.$unset),
  };
}

function track(message: Message, wire: WireObject): readonly WireObject[] {
  const { event, properties } = message;
  const name = typeof event === 'string' ? (VIEWS.get(event) ?? event) : event;
  const happened = {
    ...stated(message),
    type: 'track',
    account_id: chooseAccountGroup(fieldsOf(firstGiven(properties.$groups, wire.$groups))),
    event: name,
    properties: isFields(wire.properties) ? keptProperties(message, name) : wire.properties,
  };
  const traits = traitsOf(message);
  const says = message.user !== undefined && traits !== undefined && !isEmpty(traits);
  return [happened, ...(says ? [identify(message, ':set')] : []), ...setOnce(message)];
}

const identify = (message: Message, suffix?: string): WireObject => ({
  ...stated(message, suffix),
  type: 'identify',
  traits: traitsOf(message),
});

/** `$unset` takes traits away, unless the same message sets them. */
function traitsOf({ set, unset }: Message): unknown {
  if (!Array.isArray(unset) || (set !== undefined && !isFields(set))) return set;
  const gone = unset.filter((name) => typeof name === 'string').map((name) => [name, null]);
  return { ...Object.fromEntries(gone), ...fieldsOf(set) };
}

/**
 * True from the beginning of time, so that whatever `$set` says, before or after, is newer; and the earlier it was
 * said the later it is put there, so that of several the first one holds, in whichever order they arrive.
 */
function setOnce(message: Message): readonly WireObject[] {
  const { setOnce: traits, timestamp } = message;
  if (message.user === undefined || traits === undefined || isEmpty(traits)) return [];
  const at = typeof timestamp === 'number' ? earlyInstant(timestamp) : timestamp;
  return [{ ...stated(message, ':set_once'), timestamp: at, type: 'identify', traits }];
}

const earlyInstant = (timestamp: number): number =>
  EARLIEST_TIMESTAMP + Math.floor((LATEST_TIMESTAMP - timestamp) / ONCE_SHRINKS_BY);

/** None when there is no other id, or it is the same one: then there is nothing to join. */
function aliasOf(message: Message, property: string): readonly WireObject[] {
  const previous = firstGiven(message.properties[property], undefined);
  if (previous === undefined || isSame(previous, message.user)) return [];
  return [{ ...stated(message, ':alias'), type: 'alias', previous_id: previous }];
}

/** Clients that know no user put a made-up one there, `$company_acme`. */
function group(message: Message): WireObject {
  const { $group_type: type, $group_key: key, $group_set: traits } = message.properties;
  const madeUp = message.user === `$${textOf(type)}_${textOf(key)}`;
  const { user_id, ...rest } = stated(message);
  return { ...rest, ...(!madeUp && { user_id }), type: 'group', account_id: key, traits };
}

function stated({ uuid, timestamp, user }: Message, suffix = ''): WireObject {
  const text = textOf(uuid);
  const id = text === undefined || text === '' ? uuid : `${text}${suffix}`;
  return { id, timestamp, user_id: user };
}

function keptProperties({ properties }: Message, event: unknown): WireObject {
  const kept = Object.fromEntries(
    Object.entries(properties).filter(([name]) => !READ_ELSEWHERE.includes(name)),
  );
  const { $screen_name: screen } = properties;
  return event === 'screen' && isGiven(screen) && kept.name === undefined ? { ...kept, name: screen } : kept;
}

/** Where both are objects; else the one that is none, to be refused by its name. */
function merge(inProperties: unknown, onTop: unknown): unknown {
  if (onTop === undefined || onTop === null) return inProperties ?? undefined;
  if (!isFields(inProperties)) return onTop;
  return isFields(onTop) ? { ...inProperties, ...onTop } : onTop;
}

/** `$time` is in seconds, as in Mixpanel's protocol. */
const secondsToMillis = (value: unknown): unknown => (typeof value === 'number' ? value * 1000 : value);

const isGiven = (value: unknown): boolean => value !== undefined && value !== null && value !== '';

const firstGiven = (first: unknown, second: unknown): unknown =>
  isGiven(first) ? first : isGiven(second) ? second : undefined;

const isSame = (one: unknown, other: unknown): boolean =>
  textOf(one) !== undefined && textOf(one) === textOf(other);

/** An id as text; undefined for what is none. */
const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;

const isFields = (value: unknown): value is WireObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const fieldsOf = (value: unknown): WireObject => (isFields(value) ? value : {});

const isEmpty = (value: unknown): boolean => isFields(value) && Object.keys(value).length === 0;
