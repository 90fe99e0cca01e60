// A CloudEvent in binary mode, attributes in headers and data in the body, as the JSON form that says the same. Of
// HTTP and of Kafka, which write the headers differently.
import { Buffer } from 'node:buffer';
import type { WireObject } from '../wire-object.ts';
import { readBytes } from './read-event-data.ts';

export type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

const HTTP_PREFIX = 'ce-';
const KAFKA_PREFIX = 'ce_';
const CONTENT_TYPE = 'content-type';
/** Of structured and batched mode: the event stands in the body, whatever other headers there are. */
const EVENT_TYPE = 'application/cloudevents';

/** Names in lower case, as node gives them. */
export const isBinaryHttp = (headers: Headers): boolean => isBinary(headers, HTTP_PREFIX);

/** Header names are compared as they are: Kafka's have a case. */
export const isBinaryKafka = (headers: Headers): boolean => isBinary(headers, KAFKA_PREFIX);

export const readBinaryHttp = (headers: Headers, body: Buffer): WireObject =>
  readBinary(headers, body, { prefix: HTTP_PREFIX, read: decodeHeader });

export const readBinaryKafka = (headers: Headers, value: Uint8Array | null): WireObject => {
  const bytes = value ?? new Uint8Array();
  const body = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return readBinary(headers, body, { prefix: KAFKA_PREFIX, read: (text) => text });
};

/** True where the content type says that the whole event stands in the body. */
export const isEventType = (headers: Headers): boolean =>
  firstOf(headers[CONTENT_TYPE])?.trim().toLowerCase().startsWith(EVENT_TYPE) === true;

function isBinary(headers: Headers, prefix: string): boolean {
  if (isEventType(headers)) return false;
  return headers[`${prefix}specversion`] !== undefined || headers[`${prefix}id`] !== undefined;
}

function readBinary(
  headers: Headers,
  body: Buffer,
  { prefix, read }: { readonly prefix: string; readonly read: (value: string) => string },
): WireObject {
  const attributes = Object.keys(headers)
    .filter((name) => name.startsWith(prefix))
    .map((name) => [name.slice(prefix.length), read(firstOf(headers[name]) ?? '')] as const)
    // An attribute is there or not; the data never stands in a header.
    .filter(([name, value]) => value !== '' && name !== 'data' && name !== 'data_base64');
  const named = Object.fromEntries(attributes);
  const datacontenttype = firstOf(headers[CONTENT_TYPE]) ?? named.datacontenttype;
  return {
    ...named,
    ...(datacontenttype !== undefined && { datacontenttype }),
    ...readBytes(body, datacontenttype),
  };
}

/** HTTP's binding: in quotes or not, percent-encoded UTF-8. What is no such encoding is meant as it stands. */
function decodeHeader(value: string): string {
  const text = /^".*"$/s.test(value) ? value.slice(1, -1).replace(/\\(.)/gs, '$1') : value;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const firstOf = (value: string | readonly string[] | undefined): string | undefined =>
  typeof value === 'string' || value === undefined ? value : value[0];
