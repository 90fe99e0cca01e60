// Sends events to a collector in small batches as Segment's clients do: what is not answered 200 is sent again, under
// the same ids, until it is.
import { setTimeout as sleep } from 'node:timers/promises';
import type { MadeEvent } from './made-stream.ts';

const BATCH = 10;
const PAUSE_MILLIS = 25;
const FIRST_WAIT_MILLIS = 100;
const LONGEST_WAIT_MILLIS = 2_000;
/** As its clients wait for an answer. */
const ANSWER_MILLIS = 10_000;

export interface PersistentSender {
  /** Sends no more than what it has begun. @returns what was answered 200, and how often it sent again. */
  stop(): Promise<{ readonly sent: readonly MadeEvent[]; readonly retries: number }>;
}

export function startSender(to: {
  readonly address: string;
  readonly writeKey: string;
  readonly events: readonly MadeEvent[];
}): PersistentSender {
  let [isStopping, retries] = [false, 0];
  const sent: MadeEvent[] = [];
  const loop = (async () => {
    for (let at = 0; at < to.events.length && !isStopping; at += BATCH) {
      const batch = to.events.slice(at, at + BATCH);
      const body = JSON.stringify({ batch: batch.map(toSegment), sentAt: new Date().toISOString() });
      let wait = FIRST_WAIT_MILLIS;
      while (!(await isTaken(to, body))) {
        retries++;
        await sleep(wait);
        wait = Math.min(2 * wait, LONGEST_WAIT_MILLIS);
      }
      sent.push(...batch);
      await sleep(PAUSE_MILLIS);
    }
  })();
  return {
    stop: async () => {
      isStopping = true;
      await loop;
      return { sent, retries };
    },
  };
}

/** @throws Error on an answer that no repetition changes. */
async function isTaken(
  { address, writeKey }: { readonly address: string; readonly writeKey: string },
  body: string,
): Promise<boolean> {
  const authorization = `Basic ${Buffer.from(`${writeKey}:`).toString('base64')}`;
  const response = await fetch(`${address}/v1/batch`, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/json' },
    body,
    signal: AbortSignal.timeout(ANSWER_MILLIS),
  }).catch(() => undefined);
  const text = await response?.text().catch(() => undefined);
  if (response === undefined || text === undefined) return false;
  if (response.ok) return true;
  if (response.status !== 429 && response.status < 500)
    throw new Error(`the collector answers ${response.status}: ${text}`);
  return false;
}

/** A message of `/v1/batch`. */
export const toSegment = ({ id, account, user, event, at, size }: MadeEvent): object => ({
  type: 'track',
  messageId: id,
  userId: user,
  event,
  timestamp: at,
  properties: { size },
  context: { groupId: account },
});
