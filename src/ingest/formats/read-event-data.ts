// The data of a CloudEvent as fields: an object as it is, anything else under the name "data", bytes as what their
// content type says they are.
import { Buffer, isUtf8 } from 'node:buffer';
import { type Refused, reject } from '../read-fields.ts';
import type { WireObject } from '../wire-object.ts';

/** Both are asked about a media type alone, of bounded length. */
const JSON_TYPE = /[/+]json$/i;
const TEXT_TYPE = /^text\/|[/+](?:xml|yaml|javascript|x-www-form-urlencoded)$/i;
/** Characters; a media type that is longer is none. */
const LONGEST_TYPE = 200;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

export interface EventData {
  readonly fields: WireObject;
}

/** Of an event in its JSON form, which carries bytes as `data_base64`. */
export function readEventData({
  data,
  data_base64: base64,
  datacontenttype,
}: WireObject): EventData | Refused {
  if (base64 === undefined || base64 === null) return { fields: asFields(data) };
  if (mediaTypeOf(datacontenttype) === undefined)
    return reject('invalid_field', `"datacontenttype" may have ${LONGEST_TYPE} characters before a ";".`);
  if (typeof base64 !== 'string' || !BASE64.test(base64))
    return reject('invalid_field', '"data_base64" must be text in base64.');
  const read = readBytes(Buffer.from(base64, 'base64'), datacontenttype);
  if ('data' in read) return { fields: asFields(read.data) };
  if ('data_base64' in read && !isJson(datacontenttype)) return { fields: { ...read } };
  return reject('invalid_json', 'The data of the event is not the JSON that its content type says it is.');
}

/** As the fields of the JSON form that say the same: `data` where the bytes can be read, else `data_base64`. */
export function readBytes(
  bytes: Buffer,
  contentType: unknown,
): { readonly data?: unknown } | { readonly data_base64: string } {
  if (bytes.length === 0) return { data: undefined };
  if (isJson(contentType)) {
    const data = parseJson(bytes);
    if (data !== undefined) return { data };
  } else if (isText(contentType) && isUtf8(bytes)) return { data: bytes.toString('utf8') };
  return { data_base64: bytes.toString('base64') };
}

/** Without its parameters; "" where nothing is said, undefined for what is none. */
function mediaTypeOf(contentType: unknown): string | undefined {
  if (typeof contentType !== 'string') return '';
  const end = contentType.indexOf(';');
  const type = (end === -1 ? contentType : contentType.slice(0, end)).trim();
  return type.length > LONGEST_TYPE ? undefined : type;
}

/** JSON is what data is when nothing is said of it. */
function isJson(contentType: unknown): boolean {
  const type = mediaTypeOf(contentType);
  return type === '' || (type !== undefined && JSON_TYPE.test(type));
}

const isText = (contentType: unknown): boolean => TEXT_TYPE.test(mediaTypeOf(contentType) ?? '');

function parseJson(bytes: Buffer): unknown {
  if (!isUtf8(bytes)) return undefined;
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}

function asFields(data: unknown): WireObject {
  if (data === undefined || data === null) return {};
  return typeof data === 'object' && !Array.isArray(data) ? (data as WireObject) : { data };
}
