// Requests as PostHog's clients send them: one message, an array of them, or `{api_key, batch: [...]}`; as JSON, or as
// a form with the one field `data`, plain or base64.
import { decodePosthog } from '../formats/decode-posthog.ts';
import { isObject, parseBody, readItem, readItems, textOf } from './read-json.ts';
import type { Read } from './read-request.ts';
import { refuseRequest } from './request-refusal.ts';

/** On the request or on a message of it; the first that is there is looked at. */
export const POSTHOG_KEY_FIELDS = ['api_key', 'token', '$token'];

export const readPosthog: Read = ({ body }, { context, maxItemBytes }) => {
  const parsed = parseBody(body);
  const messages = messagesOf(parsed.value);
  const decode = (message: unknown) => decodePosthog(message, context);
  const items =
    messages === undefined
      ? [readItem(parsed, decode, { maxItemBytes })]
      : readItems({ ...parsed, value: messages }, decode, { maxItemBytes });
  return { items, writeKey: keyOf(parsed.value) ?? keyOfMessages(messages ?? []) };
};

/** Undefined when the request is a message itself. */
function messagesOf(parsed: unknown): readonly unknown[] | undefined {
  if (Array.isArray(parsed)) return parsed;
  if (!isObject(parsed)) {
    const text =
      'The body must be a message, an array of them or {"api_key", "batch": [...]}, as JSON or a form.';
    throw refuseRequest(400, 'invalid_json', text);
  }
  const { batch } = parsed;
  if (batch === undefined) return undefined;
  if (!Array.isArray(batch))
    throw refuseRequest(400, 'invalid_body', '"batch" must be an array of messages.');
  return batch;
}

function keyOf(message: unknown): string | undefined {
  if (!isObject(message)) return undefined;
  const field = POSTHOG_KEY_FIELDS.find((name) => textOf(message[name]) !== undefined);
  if (field !== undefined) return textOf(message[field]);
  return isObject(message.properties) ? textOf(message.properties.token) : undefined;
}

/** Where all messages that carry a key carry the same. */
function keyOfMessages(messages: readonly unknown[]): string | undefined {
  const keys = new Set(messages.flatMap((message) => keyOf(message) ?? []));
  const [key] = keys;
  return keys.size === 1 ? key : undefined;
}
