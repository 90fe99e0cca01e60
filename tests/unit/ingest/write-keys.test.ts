import { describe, expect, it } from 'vitest';
import { RequestRefusal } from '../../../src/ingest/collector/request-refusal.ts';
import { hashWriteKey, joinKeys, type KeysByHash } from '../../../src/ingest/collector/write-keys.ts';

const CONFIGURED = [{ name: 'web', key: 'a-configured-key' }];
const stored = (...keys: readonly (readonly [string, string])[]): KeysByHash =>
  new Map(keys.map(([name, key]) => [hashWriteKey(key), name]));

const refusalOf = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return error;
  }
};

describe('the ring of write keys', () => {
  it('has the keys of the configuration and those made by commands', () => {
    const ring = joinKeys(CONFIGURED, () => stored(['mobile', 'tmk_1']));
    expect(ring.nameOf('a-configured-key')).toBe('web');
    expect(ring.nameOf('tmk_1')).toBe('mobile');
    expect(ring.nameOf('tmk_2')).toBeUndefined();
    expect(ring.nameOf('')).toBeUndefined();
    expect(ring.nameOf(undefined)).toBeUndefined();
    expect(ring.nameOf(hashWriteKey('tmk_1'))).toBeUndefined();
  });

  it('follows what is stored', () => {
    let keys = stored(['mobile', 'tmk_1']);
    const ring = joinKeys([], () => keys);
    expect(ring.nameOf('tmk_1')).toBe('mobile');
    keys = stored();
    expect(ring.nameOf('tmk_1')).toBeUndefined();
    expect(ring.isEmpty).toBe(true);
  });

  it('asks to try again, and does not say that a key is wrong, while the stored ones are not read yet', () => {
    const ring = joinKeys(CONFIGURED, () => undefined);
    expect(ring.nameOf('a-configured-key')).toBe('web');
    expect(ring.nameOf(undefined)).toBeUndefined();
    expect(ring.isEmpty).toBe(false);
    const refusal = refusalOf(() => ring.nameOf('tmk_1'));
    expect(refusal).toBeInstanceOf(RequestRefusal);
    expect(refusal).toMatchObject({ statusCode: 503, retryAfter: 5 });
    expect(String(refusal)).not.toContain('tmk_1');
  });
});
