// The identity of one notice, for sinks that receivers deduplicate by: the same for every attempt of it, another
// one for the next notice.
import { createHash } from 'node:crypto';
import type { SinkRequest } from '../model/delivery.ts';

/**
 * From the episode, what the sink was told before (`remoteId`, which these sinks set to the last id), and what is
 * said now. The previous id is part of it so that a repeated reminder with equal content is a message of its own.
 */
export function identifyMessage({ remoteKey, remoteId, action, signal }: SinkRequest): string {
  const { step, state, severity, owner } = signal;
  const said = [remoteKey, remoteId ?? null, action, step, state, severity, owner ?? null];
  return `msg_${createHash('sha256').update(JSON.stringify(said)).digest('hex').slice(0, 32)}`;
}
