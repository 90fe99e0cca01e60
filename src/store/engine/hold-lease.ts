// Holding an engine: one open request that tells it that it is needed, and us when it is gone.
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import type { EngineUser } from './engine-users.ts';

export interface Lease {
  /** Resolves when the connection has ended, by whichever side. */
  readonly lost: Promise<void>;
  release(): void;
}

const ANSWER_WITHIN_MS = 5_000;

/** @returns undefined when no engine answers there, or one with other secrets. */
export function holdLease(at: EngineUser & { readonly url: string }): Promise<Lease | undefined> {
  return new Promise((resolve) => {
    const call = request(`${at.url}/lease`, {
      agent: false,
      headers: { authorization: `Basic ${Buffer.from(`${at.username}:${at.password}`).toString('base64')}` },
      timeout: ANSWER_WITHIN_MS,
    });
    call.on('timeout', () => call.destroy());
    call.on('error', () => resolve(undefined));
    call.on('response', (answer) => resolve(answer.statusCode === 200 ? leaseOn(call, answer) : undefined));
    call.end();
  });
}

function leaseOn(call: ClientRequest, answer: IncomingMessage): Lease {
  call.setTimeout(0);
  call.socket?.unref();
  answer.on('error', () => undefined).resume();
  const lost = new Promise<void>((resolve) => answer.once('close', resolve));
  return { lost, release: () => void call.destroy() };
}
