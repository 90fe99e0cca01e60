// Who may send events: the keys of the configuration and those made by commands, all looked up by their hashes.
// Holds and shows no key in clear.
import { createHash } from 'node:crypto';
import { RETRY_AFTER_SECONDS, RequestRefusal } from './request-refusal.ts';

/** The keys that are valid now. */
export interface KeyRing {
  /**
   * Of the key that `given` is; undefined when it is none.
   * @throws RequestRefusal 503 for a key that is not known while not all keys could be read yet: clients drop what
   * is answered 401, and send again what is answered 503.
   */
  nameOf(given: string | undefined): string | undefined;
  readonly isEmpty: boolean;
}

export interface WriteKey {
  readonly name: string;
  readonly key: string;
}

/** Names by the hashes of their keys. */
export type KeysByHash = ReadonlyMap<string, string>;

/**
 * SHA-256, hexadecimal. Keys are random, of 160 bits: unlike a person's password there is nothing to try out, so a
 * slow hash would only slow down every request. And as whoever guesses cannot choose the hash of a guess, how long a
 * look-up by it takes says nothing about any key.
 */
export const hashWriteKey = (key: string): string => createHash('sha256').update(key).digest('hex');

/** The key of an `Authorization: Basic` (as user name) or `Bearer` header; undefined when there is neither. */
export function keyFromHeader(authorization: string | undefined): string | undefined {
  const [scheme, value] = authorization?.trim().split(/\s+/, 2) ?? [];
  if (scheme === undefined || value === undefined) return undefined;
  if (scheme.toLowerCase() === 'bearer') return value;
  if (scheme.toLowerCase() !== 'basic') return undefined;
  return Buffer.from(value, 'base64').toString('utf8').split(':', 1)[0];
}

const NO_KEYS: KeysByHash = new Map();

/** The keys of the configuration alone. */
export const configuredKeys = (writeKeys: readonly WriteKey[]): KeyRing => joinKeys(writeKeys, () => NO_KEYS);

/** `stored` answers with the keys made by commands that are valid now; undefined while they could not be read yet. */
export function joinKeys(configured: readonly WriteKey[], stored: () => KeysByHash | undefined): KeyRing {
  const byHash: KeysByHash = new Map(configured.map(({ name, key }) => [hashWriteKey(key), name]));
  return {
    nameOf: (given) => {
      if (given === undefined || given === '') return undefined;
      const hash = hashWriteKey(given);
      const name = byHash.get(hash);
      if (name !== undefined) return name;
      const made = stored();
      if (made === undefined) throw notReadYet();
      return made.get(hash);
    },
    get isEmpty() {
      return byHash.size === 0 && stored()?.size === 0;
    },
  };
}

function notReadYet(): RequestRefusal {
  const message = 'The write keys could not be read from the database yet; send again later.';
  return new RequestRefusal(503, { code: 'keys_unavailable', message, retryAfter: RETRY_AFTER_SECONDS });
}
