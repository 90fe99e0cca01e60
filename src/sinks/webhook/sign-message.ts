// The signature of Standard Webhooks: https://www.standardwebhooks.com, version v1.
import { createHmac } from 'node:crypto';

export interface UnsignedMessage {
  readonly id: string;
  /** Whole seconds since 1970, UTC. */
  readonly timestamp: number;
  readonly body: string;
}

/** HMAC-SHA256 over `id.timestamp.body`, keyed with the decoded secret; `secret` starts with `whsec_`. */
export function signMessage({ id, timestamp, body }: UnsignedMessage, secret: string): string {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
}
