// Events of Mixpanel's raw export (https://docs.mixpanel.com, "Export API") in terms of the canonical envelope.
import type { WireObject } from '../wire-object.ts';
import type { LocalTime } from './local-time.ts';

export interface MixpanelOptions {
  /** The property that holds the account: its group key. */
  readonly accountProperty: string;
  /** Of the project: its exports shift the time by the zone's offset. UTC for projects made since 2023. */
  readonly projectTime: LocalTime;
}

/** Mixpanel sends seconds; some copies of its exports have milliseconds. */
const LATEST_SECONDS = 1e11;

/** Stands before the id of a device in `distinct_id`. */
const DEVICE = '$device:';

/** Read for the envelope; Mixpanel's other own properties begin with `$` or `mp_` and stay as they are. */
const ENVELOPE = new Set(['distinct_id', 'time', '$insert_id', '$user_id', '$device_id']);

/**
 * The user is `$user_id`, else `distinct_id`, else `$device_id`; the id `<distinct_id> <$insert_id>`, since
 * Mixpanel holds two users apart that use the same. What `$identify`,
 * `$create_alias` and `$merge` say becomes an alias: they name two ids of one person.
 */
export function mixpanelToCanonical(message: WireObject, options: MixpanelOptions): readonly WireObject[] {
  const { event, properties } = message;
  if (!isObject(properties)) return [{ type: 'track', event, properties }];
  const id = idOf(properties);
  const timestamp = timeOf(properties.time, options.projectTime);
  const joined = joinedIds(event, properties);
  if (joined !== undefined) {
    const alias = { type: 'alias', id, timestamp, ...joined };
    return event === '$identify' ? [alias, ...deviceOf(alias)] : [alias];
  }
  const account = firstOf(properties[options.accountProperty]);
  const envelope = { user_id: userOf(properties), account_id: account, timestamp };
  return [{ type: 'track', id, event, ...envelope, properties: ownOf(properties, options.accountProperty) }];
}

/** Left as it is where it is none: the envelope's own check says so. */
function idOf({ $insert_id, distinct_id }: WireObject): unknown {
  if (typeof $insert_id !== 'string' || $insert_id === '') return $insert_id;
  return isGiven(distinct_id) ? `${String(distinct_id)} ${$insert_id}` : $insert_id;
}

/** The names of an account that an event belongs to may be several; the first is taken. */
const firstOf = (value: unknown): unknown => (Array.isArray(value) ? value[0] : value);

function userOf({ $user_id, distinct_id, $device_id }: WireObject): unknown {
  return firstGiven($user_id, distinct_id, $device_id);
}

function joinedIds(
  event: unknown,
  properties: WireObject,
): { readonly user_id: unknown; readonly previous_id: unknown } | undefined {
  switch (event) {
    case '$identify':
      return {
        user_id: firstGiven(properties.$identified_id, userOf(properties)),
        previous_id: firstGiven(properties.$anon_id, properties.$anon_distinct_id),
      };
    case '$create_alias':
      return { user_id: properties.distinct_id, previous_id: properties.alias };
    case '$merge': {
      const ids = Array.isArray(properties.$distinct_ids) ? properties.$distinct_ids : [];
      return { user_id: ids[0], previous_id: ids[1] };
    }
    default:
      return undefined;
  }
}

/** Events of before a person was known may have the device's id as it is, or marked. */
function deviceOf(alias: WireObject): readonly WireObject[] {
  const { id, previous_id } = alias;
  if (typeof previous_id !== 'string' || previous_id === '' || previous_id.startsWith(DEVICE)) return [];
  const ofDevice = typeof id === 'string' && id !== '' ? `${id}:device` : undefined;
  return [{ ...alias, id: ofDevice, previous_id: `${DEVICE}${previous_id}` }];
}

/** Left as it is where it is no number: the envelope's own check says so. */
function timeOf(time: unknown, projectTime: LocalTime): unknown {
  if (typeof time !== 'number' || !Number.isFinite(time)) return time ?? 'missing';
  const local = Math.floor(Math.abs(time) < LATEST_SECONDS ? time * 1000 : time);
  // Beyond what a calendar can hold there is no offset to ask for; the range is checked later.
  return Math.abs(local) < 4.2e12 ? projectTime.toInstant(local) : local;
}

function ownOf(properties: WireObject, accountProperty: string): WireObject {
  const own: Record<string, unknown> = {};
  for (const name of Object.keys(properties)) {
    if (!ENVELOPE.has(name) && name !== accountProperty && name !== '__proto__') own[name] = properties[name];
  }
  return own;
}

const isGiven = (value: unknown): boolean => value !== undefined && value !== null && value !== '';

const firstGiven = (...values: readonly unknown[]): unknown => values.find(isGiven);

const isObject = (value: unknown): value is WireObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
