// CloudEvents 1.0 in terms of the canonical envelope. Refuses what is no CloudEvent; whether its values make an event
// is decided in decode-object.ts.
import { type DecodeContext, nameOf, type Refused, readEnvelope, reject } from '../read-fields.ts';
import type { WireObject } from '../wire-object.ts';
import { readEventData } from './read-event-data.ts';

/** Of their own type, what Tidemark is told about users and accounts; every other type is the name of an event. */
const STATEMENTS: Readonly<Record<string, string>> = {
  'tidemark.identify': 'identify',
  'tidemark.group': 'group',
  'tidemark.alias': 'alias',
};

/** Whether a message on the topic is one: no other format has the field. */
export const isCloudEvent = (message: WireObject): boolean => message.specversion !== undefined;

/**
 * A CloudEvent in its JSON form. `subject` is the account, the extension `userid` (else `data.user_id`) the user, and
 * `data` the properties or traits. Two sources may use the same ids, so the event's id is made of both.
 */
export function cloudEventToCanonical(event: WireObject, context: DecodeContext): WireObject | Refused {
  const fault = findFault(event);
  if (fault !== undefined) return fault;
  const data = readEventData(event);
  if ('ok' in data) return data;
  const { fields } = data;
  const { source, id, type } = event as {
    readonly source: string;
    readonly id: string;
    readonly type: string;
  };
  const stated = {
    id: `${source.replaceAll(' ', '%20')} ${id}`,
    timestamp: timeOf(event, context),
    user_id: firstGiven(event.userid, idOf(fields.user_id)),
  };
  const statement = Object.hasOwn(STATEMENTS, type) ? STATEMENTS[type] : undefined;
  if (statement === undefined)
    return { ...stated, type: 'track', event: type, account_id: event.subject, properties: fields };
  return { ...stated, type: statement, ...contentOf(statement, event, fields) };
}

/** What only its kind of statement has. The user that stands in the data is no trait. */
function contentOf(statement: string, { subject, userid }: WireObject, fields: WireObject): WireObject {
  if (statement === 'alias') return { previous_id: fields.previous_id };
  const { user_id: inData, ...traits } = fields;
  if (statement === 'group') return { account_id: subject, traits };
  return { user_id: firstGiven(firstGiven(userid, inData), subject), traits };
}

function findFault({ specversion, id, source, type }: WireObject): Refused | undefined {
  if (typeof specversion !== 'string' || !specversion.startsWith('1.')) {
    const said = '"specversion" must be "1.0"; other versions of CloudEvents are not read.';
    return reject('invalid_field', `${said} It is ${shown(specversion)}.`);
  }
  for (const [field, value] of Object.entries({ id, source, type })) {
    if (typeof value === 'string' && value !== '') continue;
    return reject(
      'invalid_field',
      `A CloudEvent needs "${field}", a text that is not empty. It is ${shown(value)}.`,
    );
  }
  return undefined;
}

function shown(value: unknown): string {
  if (value === undefined) return 'missing';
  return typeof value === 'string' ? JSON.stringify(value.slice(0, 40)) : nameOf(value);
}

/** The event's own time, else the one inside its id, which is hidden once the source stands before it. */
function timeOf({ id, time }: WireObject, context: DecodeContext): unknown {
  const envelope = readEnvelope({ id, timestamp: time }, context);
  return 'ok' in envelope ? time : envelope.timestamp;
}

/** Whatever else `data.user_id` may be is data and no user. */
const idOf = (value: unknown): unknown =>
  typeof value === 'string' || (typeof value === 'number' && Number.isSafeInteger(value)) ? value : undefined;

const firstGiven = (first: unknown, second: unknown): unknown =>
  first === undefined || first === null || first === '' ? second : first;
