// Who may send events: compares a request's key with the configured ones without telling by its time how much matched.
import { createHash, timingSafeEqual } from 'node:crypto';

/** The keys that are valid now. */
export interface KeyRing {
  /** Of the key that `given` is; undefined when it is none. */
  nameOf(given: string | undefined): string | undefined;
  readonly isEmpty: boolean;
}

interface WriteKey {
  readonly name: string;
  readonly key: string;
}

/** The key of an `Authorization: Basic` (as user name) or `Bearer` header; undefined when there is neither. */
export function keyFromHeader(authorization: string | undefined): string | undefined {
  const [scheme, value] = authorization?.trim().split(/\s+/, 2) ?? [];
  if (scheme === undefined || value === undefined) return undefined;
  if (scheme.toLowerCase() === 'bearer') return value;
  if (scheme.toLowerCase() !== 'basic') return undefined;
  return Buffer.from(value, 'base64').toString('utf8').split(':', 1)[0];
}

export const configuredKeys = (writeKeys: readonly WriteKey[]): KeyRing => ({
  nameOf: (given) => findWriteKey(writeKeys, given),
  isEmpty: writeKeys.length === 0,
});

function findWriteKey(writeKeys: readonly WriteKey[], given: string | undefined): string | undefined {
  if (given === undefined || given === '') return undefined;
  const digest = digestOf(given);
  return writeKeys.find(({ key }) => timingSafeEqual(digestOf(key), digest))?.name;
}

const digestOf = (key: string): Buffer => createHash('sha256').update(key).digest();
