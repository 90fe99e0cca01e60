// The paths of the collector: which format each reads, and the answer that its clients take for success.
import { readCanonicalEvents } from './read-canonical.ts';
import { readCloudEvents } from './read-cloud-events.ts';
import { POSTHOG_KEY_FIELDS, readPosthog } from './read-posthog.ts';
import type { Read } from './read-request.ts';
import { readSegmentBatch, readSegmentMessage } from './read-segment.ts';

export interface CollectorRoute {
  /** With a doubled slash before it or one after it, it is the same path. */
  readonly path: string;
  readonly read: Read;
  /** Of the body: where a write key may stand. None: it must stand in the header, and no body of a stranger is read. */
  readonly keyFields: readonly string[];
  /** To a request whose items were all decided, when nobody asks for verdicts. */
  readonly answer: PlainAnswer;
  /** Verdicts stand in the answer unasked. */
  readonly alwaysVerdicts?: true;
  /** When an item is refused: this status instead, and verdicts. Undefined: the client must not be told, or sends again. */
  readonly refusedStatus?: number;
}

interface PlainAnswer {
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

const KEY_FIELDS = ['writeKey'];

const SEGMENT_BATCHES = ['batch', 'import', 'b'];

const SEGMENT_ROUTES: readonly CollectorRoute[] = [
  ...SEGMENT_TYPES.map(([end, type]) => ({
    path: `/v1/${end}`,
    read: readSegmentMessage(type),
    keyFields: KEY_FIELDS,
    answer: SUCCESS,
  })),
  ...SEGMENT_BATCHES.map((end) => ({
    path: `/v1/${end}`,
    read: readSegmentBatch,
    keyFields: KEY_FIELDS,
    answer: SUCCESS,
  })),
];

/** Some of PostHog's clients take 200 alone for success. */
const POSTHOG_ROUTES: readonly CollectorRoute[] = ['/batch', '/capture', '/e', '/i/v0/e', '/track'].map(
  (path) => ({
    path,
    read: readPosthog,
    keyFields: POSTHOG_KEY_FIELDS,
    answer: { status: 200, body: { status: 1 } },
  }),
);

const CLOUD_EVENTS_ROUTES: readonly CollectorRoute[] = ['/events', '/api/v1/events'].map((path) => ({
  path,
  read: readCloudEvents,
  keyFields: [],
  answer: { status: 204, body: undefined },
  refusedStatus: 400,
}));

export const ROUTES: readonly CollectorRoute[] = [
  {
    path: '/v1/events',
    read: readCanonicalEvents,
    keyFields: KEY_FIELDS,
    answer: SUCCESS,
    alwaysVerdicts: true,
  },
  ...SEGMENT_ROUTES,
  ...POSTHOG_ROUTES,
  ...CLOUD_EVENTS_ROUTES,
];
