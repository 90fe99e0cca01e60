// Requests with CloudEvents: one in JSON, an array of them, or one in binary mode, with its attributes in headers.
import { decodeCloudEvent } from '../formats/decode-cloud-event.ts';
import { isBinaryHttp, readBinaryHttp } from '../formats/read-binary-event.ts';
import { isObject, parseJson, readItem } from './read-json.ts';
import type { Read } from './read-request.ts';
import { refuseRequest } from './request-refusal.ts';

/** A dead letter of an event in binary mode is its data as it came: its attributes are in the headers kept with it. */
export const readCloudEvents: Read = ({ body, headers }, { context, maxItemBytes }) => {
  const read = (event: unknown, asSent?: Buffer) =>
    readItem(event, (found) => [decodeCloudEvent(found, context)], {
      maxItemBytes,
      ...(asSent && { asSent }),
    });
  if (isBinaryHttp(headers))
    return { items: [read(readBinaryHttp(headers, body), body)], writeKey: undefined };
  const parsed = parseJson(body);
  if (Array.isArray(parsed)) return { items: parsed.map((event) => read(event)), writeKey: undefined };
  if (isObject(parsed)) return { items: [read(parsed)], writeKey: undefined };
  const text =
    'The body must be a CloudEvent in JSON or an array of them, or the request have its headers ("ce-id").';
  throw refuseRequest(400, 'invalid_json', text);
};
