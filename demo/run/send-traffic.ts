// Live traffic: the simulated accounts' events, sent to the collector at an even pace.
import { setTimeout as sleep } from 'node:timers/promises';
import type { SimulatedEvent } from '../simulation/event.ts';

export interface Traffic {
  readonly address: string;
  readonly writeKey: string;
  readonly events: Iterator<SimulatedEvent>;
  readonly perSecond: number;
  readonly signal: AbortSignal;
}

const BEAT_MS = 250;

/** Until `signal` aborts. A refused or failed request is sent again, as a client would. */
export async function sendTraffic({ address, writeKey, events, perSecond, signal }: Traffic): Promise<void> {
  let pending: SimulatedEvent[] = [];
  while (!signal.aborted) {
    while (pending.length < (perSecond * BEAT_MS) / 1000) pending.push(events.next().value as SimulatedEvent);
    if (await post({ address, writeKey, signal }, pending)) pending = [];
    await sleep(BEAT_MS, undefined, { signal }).catch(() => undefined);
  }
}

async function post(
  { address, writeKey, signal }: Pick<Traffic, 'address' | 'writeKey' | 'signal'>,
  events: readonly SimulatedEvent[],
): Promise<boolean> {
  try {
    const response = await fetch(`${address}/v1/events`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(`${writeKey}:`).toString('base64')}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify(events),
      signal,
    });
    await response.text();
    return response.ok;
  } catch {
    return false;
  }
}
