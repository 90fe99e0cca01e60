// The paths of the collector: which format each reads, and the answer that its clients take for success.
import { readCanonicalEvents } from './read-canonical.ts';
import type { Read } from './read-request.ts';
import { readSegmentBatch, readSegmentMessage } from './read-segment.ts';

export interface CollectorRoute {
  /** With a doubled slash before it or one after it, it is the same path. */
  readonly path: string;
  readonly read: Read;
  /** To a request whose items were all decided, when nobody asks for verdicts. */
  readonly answer: PlainAnswer;
  /** Verdicts stand in the answer unasked. */
  readonly alwaysVerdicts?: true;
}

export interface PlainAnswer {
  readonly status: number;
  /** Undefined for an answer without a body. */
  readonly body: object | undefined;
}

/** Of Segment and RudderStack: nothing of the request is to be sent again. */
const SUCCESS: PlainAnswer = { status: 200, body: { success: true } };

/** By the ends of their paths; Segment's client for browsers has short ones. */
const SEGMENT_TYPES: readonly (readonly [string, string])[] = [
  'track',
  'identify',
  'group',
  'page',
  'screen',
  'alias',
].flatMap((type) => [[type, type] as const, [type.charAt(0), type] as const]);

const SEGMENT_BATCHES = ['batch', 'import', 'b'];

const SEGMENT_ROUTES: readonly CollectorRoute[] = [
  ...SEGMENT_TYPES.map(([end, type]) => ({
    path: `/v1/${end}`,
    read: readSegmentMessage(type),
    answer: SUCCESS,
  })),
  ...SEGMENT_BATCHES.map((end) => ({ path: `/v1/${end}`, read: readSegmentBatch, answer: SUCCESS })),
];

export const ROUTES: readonly CollectorRoute[] = [
  { path: '/v1/events', read: readCanonicalEvents, answer: SUCCESS, alwaysVerdicts: true },
  ...SEGMENT_ROUTES,
];
