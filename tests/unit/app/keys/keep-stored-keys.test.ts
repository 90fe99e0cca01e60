import { expect, it } from 'vitest';
import { keepStoredKeys } from '../../../../src/app/keys/keep-stored-keys.ts';
import type { Store } from '../../../../src/model/store.ts';
import { recordingStore } from '../../ingest/build.ts';

/** A store with one table of keys, which may be away. */
function keyStore() {
  const state = {
    rows: [] as { key_hash: string; name: string; revoked_at: string | null }[],
    isAway: false,
  };
  const query = async () => {
    if (state.isAway) throw new Error('away');
    return state.rows.map((row) => ({ ...row, created_at: '2026-03-01 12:00:00' }));
  };
  return { state, store: { ...recordingStore(), query } as unknown as Store };
}

const logger = () => {
  const lines: string[] = [];
  const say = (_: object, message: string) => void lines.push(message);
  return { lines, info: say, warn: say };
};

it('knows keys soon after they are made, and forgets them soon after they are revoked', async () => {
  const { state, store } = keyStore();
  const kept = keepStoredKeys({ store, logger: logger(), everyMs: 5 });
  await kept.read(1000);
  expect(kept.current()).toEqual(new Map());
  state.rows = [{ key_hash: 'h1', name: 'mobile', revoked_at: null }];
  await expect.poll(() => kept.current()).toEqual(new Map([['h1', 'mobile']]));
  state.rows = [{ key_hash: 'h1', name: 'mobile', revoked_at: '2026-03-02 12:00:00' }];
  await expect.poll(() => kept.current()).toEqual(new Map());
  await kept.stop();
});

it('keeps the last known keys while the store is away, and says so once', async () => {
  const { state, store } = keyStore();
  const log = logger();
  state.rows = [{ key_hash: 'h1', name: 'mobile', revoked_at: null }];
  const kept = keepStoredKeys({ store, logger: log, everyMs: 5 });
  await kept.read(1000);
  state.isAway = true;
  await expect.poll(() => log.lines).toHaveLength(1);
  await new Promise((done) => setTimeout(done, 50));
  expect(kept.current()).toEqual(new Map([['h1', 'mobile']]));
  state.isAway = false;
  await expect.poll(() => log.lines).toHaveLength(2);
  await kept.stop();
  expect(log.lines[0]).toContain('the last known ones stay valid');
});

it('knows that it does not know them yet, and waits no longer than told', async () => {
  const { state, store } = keyStore();
  state.isAway = true;
  const kept = keepStoredKeys({ store, logger: logger(), everyMs: 5 });
  await kept.read(30);
  expect(kept.current()).toBeUndefined();
  await kept.stop();
});
