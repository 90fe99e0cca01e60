// Keeps what the collector refused, in the table and the topic of dead letters, as the ingest loop keeps its own.
import { createHash } from 'node:crypto';
import type { Rejection } from '../model/event.ts';
import type { EventLog } from '../model/event-log.ts';
import type { Store } from '../model/store.ts';
import type { EpochMicros } from '../model/time.ts';
import { buildDeadLetters, headersText } from './build-dead-letters.ts';

export interface RejectedBody {
  readonly body: Uint8Array;
  readonly rejection: Rejection;
  readonly receivedAt: EpochMicros;
  /** What says how to read the body: the path of its request as `path`, and those of HTTP that matter to its format. */
  readonly headers?: Readonly<Record<string, string>>;
}

const COLLECTOR = 'collector';
/** Bytes of the hash that stand for an offset: 48 bits are exact in a number. */
const OFFSET_BYTES = 6;

/** Resolves once stored. The same request refused again, by a client that retries, is the same row. */
export async function writeRejected(
  { store, log }: { readonly store: Store; readonly log: Pick<EventLog, 'publishDeadLetters'> },
  rejected: readonly RejectedBody[],
): Promise<void> {
  const [first] = rejected;
  if (first === undefined) return;
  const letters = rejected.map(({ body, rejection, headers }) => ({
    body,
    rejection,
    headers,
    offset: placeOf(body, rejection, headers),
  }));
  const place = { source: COLLECTOR, topic: COLLECTOR, partition: 0, receivedAt: first.receivedAt } as const;
  for (const block of buildDeadLetters(letters, place)) await store.insert(block);
  await log.publishDeadLetters(
    letters.map(({ body, rejection, offset, headers }) => ({
      key: `${COLLECTOR}/0/${offset}`,
      value: body,
      headers: {
        topic: COLLECTOR,
        reason: rejection.reason,
        detail: rejection.detail,
        ...(headers !== undefined && { headers: headersText(headers) }),
      },
    })),
  );
}

/**
 * What never stood in the log has no offset; what was said gives it one. An event in binary mode says most of it in
 * its headers, and what a body means depends on its path; a retry has the same ones.
 */
function placeOf(body: Uint8Array, { reason }: Rejection, headers: RejectedBody['headers'] = {}): number {
  const said = JSON.stringify([reason, Object.entries(headers).sort(([a], [b]) => (a < b ? -1 : 1))]);
  const digest = createHash('sha256').update(said).update('\n').update(body).digest();
  return digest.readUIntBE(0, OFFSET_BYTES);
}
