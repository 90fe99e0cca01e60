// A dead letter, or what it was corrected to, read once more as its original path would have read it.
import { Buffer } from 'node:buffer';
import type { CanonicalEvent, RejectReason } from '../model/event.ts';
import type { EpochMicros } from '../model/time.ts';
import type { DeadLetterSource } from './build-dead-letters.ts';
import { isObject, parseBody } from './collector/read-json.ts';
import type { Item } from './collector/read-request.ts';
import { RequestRefusal } from './collector/request-refusal.ts';
import { type CollectorRoute, ROUTES } from './collector/routes.ts';
import { type DecodedMessage, decodeLogged } from './decode-message.ts';
import { REPLAYABLE } from './import/json-format.ts';
import { reject } from './read-fields.ts';

export interface LetterToDecode {
  readonly source: DeadLetterSource;
  readonly body: Uint8Array;
  /** Of the message in the log, or what is known of the collector's request. */
  readonly headers: Readonly<Record<string, string>> | undefined;
  /** Of the original receipt: stands in for a timestamp that is missing, so that ids and times are those of then. */
  readonly appendedAt: EpochMicros;
}

/** The log's, whatever it was refused by: who replays a large event means it. */
const MAX_BYTES = 1024 * 1024;
/** In the headers: only the beginning of the body was kept. */
const CUT = 'cut';
/** How a request holds its messages: Segment's and PostHog's, and CloudEvents'. */
const BATCHES = [
  ['{"batch":[', ']}'],
  ['[', ']'],
] as const;

/** Taken as a whole, when everything in it is an event, or not at all. Never throws. */
export function decodeDeadLetter(letter: LetterToDecode): DecodedMessage {
  const { source, body, headers, appendedAt } = letter;
  if (headers?.[CUT] !== undefined) {
    return reject(
      'too_large',
      `Only the first ${body.length} bytes were kept; send the whole in a smaller request.`,
    );
  }
  const format = source === 'import' ? headers?.format : undefined;
  if (format === 'segment' || format === 'posthog') {
    return REPLAYABLE[format]({ bytes: Buffer.from(body) }, { receivedAt: appendedAt });
  }
  const path = source === 'collector' ? headers?.path : undefined;
  const route = ROUTES.find((known) => known.path === path);
  return route === undefined
    ? decodeLogged(
        { value: body, headers: source === 'topic' ? headers : undefined },
        { receivedAt: appendedAt },
      )
    : joinItems(readAgain(route, letter));
}

/** The body is that of a request, or one message of its batch. */
function readAgain(
  route: CollectorRoute,
  { body, headers = {}, appendedAt }: LetterToDecode,
): readonly Item[] | RequestRefusal {
  const options = { context: { receivedAt: appendedAt }, maxItemBytes: MAX_BYTES };
  const read = (bytes: Buffer): readonly Item[] | RequestRefusal => {
    try {
      return route.read({ body: bytes, headers }, options).items;
    } catch (error) {
      if (error instanceof RequestRefusal) return error;
      throw error;
    }
  };
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const items = read(bytes);
  if (!(items instanceof RequestRefusal) || !isObject(parseBody(bytes).value)) return items;
  for (const [before, after] of BATCHES) {
    const wrapped = read(Buffer.concat([Buffer.from(before), bytes, Buffer.from(after)]));
    if (!(wrapped instanceof RequestRefusal)) return wrapped;
  }
  return items;
}

function joinItems(items: readonly Item[] | RequestRefusal): DecodedMessage {
  if (items instanceof RequestRefusal) return reject(reasonOf(items), items.message);
  const events: CanonicalEvent[] = [];
  for (const [index, item] of items.entries()) {
    for (const decoded of item.decoded) {
      if (decoded.ok) events.push(decoded.event);
      else if (items.length === 1) return decoded;
      else
        return reject(
          decoded.rejection.reason,
          `Message ${index + 1} of ${items.length}: ${decoded.rejection.detail}`,
        );
    }
  }
  return events.length === 0 ? reject('empty_message', 'There is no event in it.') : { ok: true, events };
}

function reasonOf({ statusCode, code }: RequestRefusal): RejectReason {
  if (statusCode === 413) return 'too_large';
  return code === 'invalid_utf8' ? 'invalid_utf8' : 'invalid_json';
}
