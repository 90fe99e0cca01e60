// Requests with CloudEvents: one in JSON, an array of them, or one in binary mode, with its attributes in headers.
import { decodeCloudEvent } from '../formats/decode-cloud-event.ts';
import { isBinaryHttp, readBinaryHttp } from '../formats/read-binary-event.ts';
import { isObject, parseBody, readItem, readItems } from './read-json.ts';
import type { Read } from './read-request.ts';
import { refuseRequest } from './request-refusal.ts';

/** A dead letter of an event in binary mode is its data as it came: its attributes are in the headers kept with it. */
export const readCloudEvents: Read = ({ body, headers }, { context, maxItemBytes }) => {
  const decode = (event: unknown) => [decodeCloudEvent(event, context)];
  if (isBinaryHttp(headers)) {
    const event = { value: readBinaryHttp(headers, body), json: body };
    return { items: [readItem(event, decode, { maxItemBytes })], writeKey: undefined };
  }
  const { value, json } = parseBody(body);
  if (Array.isArray(value))
    return { items: readItems({ value, json }, decode, { maxItemBytes }), writeKey: undefined };
  if (isObject(value))
    return { items: [readItem({ value, json }, decode, { maxItemBytes })], writeKey: undefined };
  const text =
    'The body must be a CloudEvent in JSON or an array of them, or the request have its headers ("ce-id").';
  throw refuseRequest(400, 'invalid_json', text);
};
