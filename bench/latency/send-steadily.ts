// A steady load as Segment's clients make it: batches of a hundred, each with an event or ten that are waited for.
import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Probes } from './probes.ts';

export interface Load {
  readonly url: string;
  readonly writeKey: string;
  /** Events a second. */
  readonly rate: number;
  readonly seconds: number;
  readonly probes: Probes;
}

export interface Sent {
  readonly events: number;
  readonly seconds: number;
  readonly refused: number;
  /** Of the answers, milliseconds. */
  readonly p50: number;
  readonly p99: number;
}

export const ACCOUNTS = 100_000;
export const EVENTS = [
  'message_sent',
  'page_viewed',
  'document_edited',
  'search_run',
  'file_uploaded',
  'login',
];

const BATCH = 100;
const SIGNAL_EVENTS = 10;
/** Of the requests, this many in a hundred carry something that is waited for. */
const PROBED = 8;

/** Sends at fixed times, whether the answers come or not. */
export async function sendSteadily({ url, writeKey, rate, seconds, probes }: Load): Promise<Sent> {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const authorization = `Basic ${Buffer.from(`${writeKey}:`).toString('base64')}`;
  const batches = Math.round((rate * seconds) / BATCH);
  const answers: Promise<void>[] = [];
  const times: number[] = [];
  let refused = 0;
  const startedAt = performance.now();
  for (let batch = 0; batch < batches; batch++) {
    const due = startedAt + (batch * BATCH * 1000) / rate;
    const early = due - performance.now();
    if (early > 1) await sleep(early);
    const messages = writeBatch(batch, probes);
    const sentAt = performance.now();
    const answer = post({
      url: `${url}/v1/batch`,
      agent,
      authorization,
      body: JSON.stringify({ batch: messages }),
    });
    answers.push(
      answer.then((status) => {
        if (status !== 200) refused++;
        times.push(performance.now() - sentAt);
      }),
    );
  }
  await Promise.all(answers);
  const took = (performance.now() - startedAt) / 1000;
  agent.destroy();
  times.sort((a, b) => a - b);
  const at = (share: number) => times[Math.ceil(share * times.length) - 1] ?? Number.NaN;
  return { events: batches * BATCH, seconds: took, refused, p50: at(0.5), p99: at(0.99) };
}

/** A hundred messages; those of some batches are waited for. */
export function writeBatch(batch = PROBED, probes?: Probes): readonly object[] {
  const kind = batch % 100 < PROBED ? (['seen', 'signals'] as const)[batch % 2] : undefined;
  const waited = kind === undefined ? 0 : kind === 'seen' ? 1 : SIGNAL_EVENTS;
  const account = `${kind}-${batch}-${randomUUID()}`;
  const messages = Array.from({ length: BATCH }, (_, index) =>
    index < waited
      ? message({ event: kind === 'signals' ? 'probe_made' : 'probe_seen', account })
      : message({
          event: EVENTS[Math.floor(Math.random() * EVENTS.length)] ?? '',
          account: `account-${Math.floor(Math.random() * ACCOUNTS)}`,
        }),
  );
  if (kind !== undefined) probes?.wait(kind, account);
  return messages;
}

const message = ({ event, account }: { readonly event: string; readonly account: string }) => ({
  type: 'track',
  messageId: randomUUID(),
  userId: `user-${Math.floor(Math.random() * 20)}`,
  event,
  context: { groupId: account, library: { name: 'analytics-node', version: '3.1.0' } },
  properties: {
    channel: 'general',
    length: Math.floor(Math.random() * 2_000),
    device: 'desktop',
    locale: 'en-GB',
  },
  timestamp: new Date().toISOString(),
});

interface Post {
  readonly url: string;
  readonly agent: Agent;
  readonly authorization: string;
  readonly body: string;
}

/** Its status; 0 when the connection broke. */
function post({ url, agent, authorization, body }: Post): Promise<number> {
  const headers = {
    authorization,
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
  };
  return new Promise((resolve) => {
    const sent = request(url, { method: 'POST', agent, headers }, (answer) => {
      answer.resume();
      answer.once('end', () => resolve(answer.statusCode ?? 0));
    });
    sent.once('error', () => resolve(0));
    sent.end(body);
  });
}
