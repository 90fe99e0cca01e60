// Whom somebody may have meant by an account that there is not.
import { beforeAll, describe, expect, it } from 'vitest';
import { type Store, StoreError } from '../../src/model/store.ts';
import { findSimilarAccount } from '../../src/store/read/find-similar-account.ts';
import { group } from './support/project.ts';
import { shareEngine } from './support/share-engine.ts';

describe('an account that there is not', () => {
  const engine = shareEngine();
  let store: Store;
  beforeAll(async () => {
    const project = await engine.openProject();
    store = project.store;
    await project.ingest([
      group('acme', { name: 'Acme' }, '2026-05-01T08:00:00Z'),
      group('acme', { name: 'Acme Rockets' }, '2026-05-02T08:00:00Z'),
      group('b-17', { name: 'Big Corp' }, '2026-05-01T08:00:00Z'),
      group('nameless-one', { plan: 'free' }, '2026-05-01T08:00:00Z'),
      group('emptied', { name: 'Gone Ltd' }, '2026-05-01T08:00:00Z'),
      group('emptied', { name: null }, '2026-05-02T08:00:00Z'),
      group('k', {}, '2026-05-01T08:00:00Z'),
    ]);
  });

  const FIRST = '2026-05-01T08:00:00Z';

  it.each([
    ['acme', { account_id: 'acme', name: 'Acme Rockets', first_seen: FIRST }],
    ['acmee', { account_id: 'acme', name: 'Acme Rockets', first_seen: FIRST }],
    ['ACME ROCKET', { account_id: 'acme', name: 'Acme Rockets', first_seen: FIRST }],
    ['big coop', { account_id: 'b-17', name: 'Big Corp', first_seen: FIRST }],
    ['nameless-two', { account_id: 'nameless-one', name: '', first_seen: FIRST }],
    ['emptie', { account_id: 'emptied', name: '', first_seen: FIRST }],
    ['k', { account_id: 'k', name: '', first_seen: FIRST }],
  ])('is near to one by its id or name: %s', async (asked, found) => {
    expect(await findSimilarAccount(store, asked)).toEqual(found);
  });

  it.each(['x', '', 'zz', 'somebody else'])('is near to nobody: "%s"', async (asked) => {
    expect(await findSimilarAccount(store, asked)).toBeUndefined();
  });

  it('is asked for by its id alone where it is there', async () => {
    const sql: string[] = [];
    await findSimilarAccount(
      {
        ...store,
        query: (one) => {
          sql.push(one.sql);
          return store.query(one);
        },
      },
      'acme',
    );
    expect(sql).toHaveLength(1);
  });

  it.each([159, 241])('is not told when looking for it meets a limit (%i), else it is', async (code) => {
    const refusing = (by: number): Store => ({
      ...store,
      query: (one) => {
        if (!one.sql.includes('editDistance')) return store.query(one);
        expect(one.sql).toMatch(/max_execution_time = 2, max_memory_usage = \d+$/);
        throw new StoreError('refused', { code: by, retryable: true });
      },
    });
    expect(await findSimilarAccount(refusing(code), 'acmee')).toBeUndefined();
    await expect(findSimilarAccount(refusing(60), 'acmee')).rejects.toThrow('refused');
  });
});
