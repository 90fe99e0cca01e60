// Requests as PostHog's clients send them: one message, an array of them, or `{api_key, batch: [...]}`; as JSON, or as
// a form with the one field `data`, plain or base64.
import { decodePosthog } from '../formats/decode-posthog.ts';
import { isObject, parseJson, readItem, textOf } from './read-json.ts';
import type { Read } from './read-request.ts';
import { refuseRequest } from './request-refusal.ts';

/** On the request or on a message of it; the first that is there is looked at. */
const KEY_FIELDS = ['api_key', 'token', '$token'];

export const readPosthog: Read = ({ body }, { context, maxItemBytes }) => {
  const parsed = parseJson(body);
  const messages = messagesOf(parsed);
  const items = messages.map((message) =>
    readItem(withoutKey(message), (found) => decodePosthog(found, context), { maxItemBytes }),
  );
  return { items, writeKey: keyOf(parsed) ?? keyOfMessages(messages) };
};

function messagesOf(parsed: unknown): readonly unknown[] {
  if (Array.isArray(parsed)) return parsed;
  if (!isObject(parsed)) {
    const text =
      'The body must be a message, an array of them or {"api_key", "batch": [...]}, as JSON or a form.';
    throw refuseRequest(400, 'invalid_json', text);
  }
  const { batch } = parsed;
  if (batch === undefined) return [parsed];
  if (!Array.isArray(batch))
    throw refuseRequest(400, 'invalid_body', '"batch" must be an array of messages.');
  return batch;
}

/** A dead letter is read by more people than may know the key. */
function withoutKey(message: unknown): unknown {
  if (!isObject(message)) return message;
  const kept = omit(message, KEY_FIELDS);
  return isObject(message.properties) ? { ...kept, properties: omit(message.properties, ['token']) } : kept;
}

const omit = (fields: object, names: readonly string[]): object =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));

function keyOf(message: unknown): string | undefined {
  if (!isObject(message)) return undefined;
  const field = KEY_FIELDS.find((name) => textOf(message[name]) !== undefined);
  if (field !== undefined) return textOf(message[field]);
  return isObject(message.properties) ? textOf(message.properties.token) : undefined;
}

/** Where all messages that carry a key carry the same. */
function keyOfMessages(messages: readonly unknown[]): string | undefined {
  const keys = new Set(messages.flatMap((message) => keyOf(message) ?? []));
  const [key] = keys;
  return keys.size === 1 ? key : undefined;
}
