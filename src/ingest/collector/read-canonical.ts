// `POST /v1/events`: one canonical event, an array of them, or one a line.
import { decodeMessage } from '../decode-message.ts';
import { decodeObject } from '../decode-object.ts';
import { isObject, parseBody, readItem, readItems, textOf } from './read-json.ts';
import type { Item, Read } from './read-request.ts';

const NEWLINE = 0x0a;

export const readCanonicalEvents: Read = ({ body }, { context, maxItemBytes }) => {
  const { value: parsed, json } = parseBody(body);
  const decode = (message: unknown) => [decodeObject(message, context)];
  if (Array.isArray(parsed)) {
    return { items: readItems({ value: parsed, json }, decode, { maxItemBytes }), writeKey: undefined };
  }
  if (parsed !== undefined) {
    const writeKey = isObject(parsed) ? textOf(parsed.writeKey) : undefined;
    return { items: [readItem({ value: parsed, json }, decode, { maxItemBytes })], writeKey };
  }
  const readLine = (line: Buffer): Item => ({
    body: line,
    decoded: [decodeMessage(line, context, { maxBytes: maxItemBytes })],
  });
  return { items: linesOf(body).map(readLine), writeKey: undefined };
};

function linesOf(body: Buffer): readonly Buffer[] {
  const lines: Buffer[] = [];
  for (let start = 0; start < body.length; ) {
    const newline = body.indexOf(NEWLINE, start);
    const end = newline === -1 ? body.length : newline;
    const line = body.subarray(start, end);
    if (line.toString('latin1').trim() !== '') lines.push(line);
    start = end + 1;
  }
  return lines;
}
