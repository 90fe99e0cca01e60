// Every kind of message that is none, each with the reason for which it is to be refused; no two are the same bytes.
import { Buffer } from 'node:buffer';

export interface BadMessage {
  /** Null is a tombstone. */
  readonly value: Buffer | null;
  readonly reason: string;
}

const DEPTH = 10_000;
const LARGE_BYTES = 10 * 1024 * 1024;

const track = (n: number, more: string): string =>
  `{"type":"track","id":"bad-${n}","account_id":"eve","event":"opened"${more}}`;
const BATCH = '/v1/batch';
const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
const deep = nested(DEPTH);
const at = (time: string): string => `,"timestamp":"${time}"`;

/** `n` tells them from others of the kind. */
type Make = (n: number) => string | Buffer | null;

const KINDS: readonly (readonly [reason: string, make: Make])[] = [
  ['invalid_json', (n) => track(n, ',')],
  ['invalid_json', (n) => track(n, '').slice(0, -3)],
  ['invalid_utf8', (n) => Buffer.from(track(n, ',"user_id":"\xff\xfe"'), 'latin1')],
  ['nested_too_deep', (n) => track(n, `,"properties":{"a":${deep}}`)],
  ['timestamp_out_of_range', (n) => track(n, at('1969-12-31T23:59:59Z'))],
  ['timestamp_out_of_range', (n) => track(n, at('9999-12-31T23:59:59Z'))],
  ['invalid_timestamp', (n) => track(n, at('Tuesday'))],
  ['empty_message', () => null],
  ['not_an_object', (n) => `[${n}]`],
  ['unknown_type', (n) => `{"type":"__proto__","__proto__":{"type":"track"},"id":"bad-${n}"}`],
  ['missing_account_and_user', (n) => `{"type":"track","event":"opened","__proto__":{"user_id":"eve-${n}"}}`],
  ['missing_event', (n) => `{"type":"track","account_id":"eve","id":"bad-${n}"}`],
];

/** As many of each kind. */
export const makeBadMessages = (ofEach: number): readonly BadMessage[] =>
  Array.from({ length: ofEach }, (_, n) =>
    KINDS.map(([reason, make]) => {
      const made = make(n);
      return { reason, value: typeof made === 'string' ? Buffer.from(made) : made };
    }),
  ).flat();

/** Good but for its size. */
export const makeLarge = (n: number): Buffer =>
  Buffer.from(track(n, `,"properties":{"text":"${'x'.repeat(LARGE_BYTES)}"}`));

interface BadRequest {
  readonly path: string;
  readonly body: Buffer;
  readonly status: number;
  readonly reasons: readonly string[];
}

/** Refused as a whole, or in parts; `good` are messages that go with the bad ones. */
export const makeBadRequests = (n: number, good: readonly object[]): readonly BadRequest[] => [
  { path: BATCH, body: Buffer.from(`{"batch":[${n}`), status: 400, reasons: ['invalid_json'] },
  {
    path: BATCH,
    body: Buffer.from(`{"batch":[{"type":"track","event":"\xff${n}"}]}`, 'latin1'),
    status: 400,
    reasons: ['invalid_utf8'],
  },
  { path: BATCH, body: makeLarge(n), status: 413, reasons: ['too_large'] },
  {
    path: '/v1/track',
    body: Buffer.from(badTrack(n, `,"properties":{"a":${deep}}`)),
    status: 200,
    reasons: ['nested_too_deep'],
  },
  {
    path: BATCH,
    body: Buffer.from(`{"batch":[${[...badItems(n), ...good.map((item) => JSON.stringify(item))].join()}]}`),
    status: 200,
    reasons: [
      'nested_too_deep',
      'timestamp_out_of_range',
      'timestamp_out_of_range',
      'missing_event',
      'not_an_object',
    ],
  },
];

const badTrack = (n: number, more: string): string =>
  `{"type":"track","messageId":"bad-http-${n}","userId":"eve","event":"opened"${more}}`;

const badItems = (n: number): readonly string[] => [
  // An item of a batch is kept as it is written again, which is not done for one as deep as the stack.
  badTrack(n, `,"properties":{"a":${nested(1_000)}}`),
  badTrack(n, at('1969-12-31T23:59:59Z')),
  badTrack(n, at('9999-12-31T23:59:59Z')),
  `{"type":"track","messageId":"bad-http-${n}","userId":"eve"}`,
  String(n),
];
