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

const SEGMENT_TYPES = ['track', 'identify', 'group', 'page', 'screen', 'alias'];

export const ROUTES: readonly CollectorRoute[] = [
  { path: '/v1/events', read: readCanonicalEvents, answer: SUCCESS, alwaysVerdicts: true },
  ...SEGMENT_TYPES.map((type) => ({
    path: `/v1/${type}`,
    read: readSegmentMessage(type),
    answer: SUCCESS,
  })),
  { path: '/v1/batch', read: readSegmentBatch, answer: SUCCESS },
  { path: '/v1/import', read: readSegmentBatch, answer: SUCCESS },
];
