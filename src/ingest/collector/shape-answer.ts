// The answer to a request: what its client expects, and a verdict for each item where somebody asked for them.
import type { CanonicalEvent, Rejection } from '../../model/event.ts';
import type { Decoded } from '../read-fields.ts';
import type { Item } from './read-request.ts';
import type { RequestRefusal } from './request-refusal.ts';
import type { CollectorRoute } from './routes.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Undefined for an answer without a body. */
  readonly body: object | undefined;
}

type Verdict = AcceptedVerdict | ({ readonly index: number; readonly status: 'rejected' } & Rejection);

interface AcceptedVerdict {
  readonly index: number;
  readonly status: 'accepted';
  /** Of its event; of an item that says several, or nothing to keep, `ids` has all. */
  readonly id?: string;
  readonly ids?: readonly string[];
}

const VERDICTS_TYPE = 'application/vnd.tidemark+json';
const JSON_TYPE = 'application/json; charset=utf-8';

/** How verdicts were asked for: by `Accept`, by `?verdicts=1`, or not at all. */
export function verdictsTypeOf(request: {
  readonly accept: string | undefined;
  readonly verdicts: unknown;
}): string | undefined {
  if (request.accept?.toLowerCase().includes(VERDICTS_TYPE) === true) return VERDICTS_TYPE;
  return request.verdicts === '1' || request.verdicts === 'true' ? JSON_TYPE : undefined;
}

/** When all items were decided. @param askedFor The content type of an answer with verdicts, where there was a wish. */
export function answerItems(
  items: readonly Item[],
  {
    answer,
    alwaysVerdicts,
    refusedStatus,
  }: Pick<CollectorRoute, 'answer' | 'alwaysVerdicts' | 'refusedStatus'>,
  askedFor: string | undefined,
): Answer {
  const rejected = items.filter((item) => rejectionOf(item) !== undefined).length;
  const refused = rejected > 0 ? refusedStatus : undefined;
  const unasked = alwaysVerdicts === true || refused !== undefined ? JSON_TYPE : undefined;
  const contentType = askedFor ?? unasked;
  if (contentType === undefined) {
    return { ...answer, headers: answer.body === undefined ? {} : { 'content-type': JSON_TYPE } };
  }
  return {
    // Without a body of its own, its status says that there is none.
    status: refused ?? (answer.body === undefined ? 200 : answer.status),
    headers: { 'content-type': contentType },
    body: {
      success: refused === undefined,
      ...answer.body,
      accepted: items.length - rejected,
      rejected,
      verdicts: items.map(toVerdict),
    },
  };
}

/**
 * When nothing was decided, and the request as a whole is the client's again.
 * @param isCutOff The rest of its body may still be on the way, and would be taken for the next request.
 */
export function answerRefusal(
  { statusCode, code, message, retryAfter }: RequestRefusal,
  isCutOff = false,
): Answer {
  return {
    status: statusCode,
    headers: {
      'content-type': JSON_TYPE,
      ...(isCutOff && { connection: 'close' }),
      ...(retryAfter !== undefined && { 'retry-after': String(retryAfter) }),
    },
    body: { success: false, error: { code, message } },
  };
}

/** Why an item is not taken: the first of its events that is none; undefined when all are. */
export function rejectionOf({ decoded }: Item): Rejection | undefined {
  for (const one of decoded) if (!one.ok) return one.rejection;
  return undefined;
}

export const eventsOf = ({ decoded }: Item): readonly CanonicalEvent[] =>
  decoded.flatMap((one: Decoded) => (one.ok ? [one.event] : []));

function toVerdict(item: Item, index: number): Verdict {
  const rejection = rejectionOf(item);
  if (rejection !== undefined) return { index, status: 'rejected', ...rejection };
  const ids = eventsOf(item).map(({ id }) => id);
  const [id] = ids;
  return id !== undefined && ids.length === 1
    ? { index, status: 'accepted', id }
    : { index, status: 'accepted', ids };
}
