import { describe, expect, it } from 'vitest';
import { CommitOrder } from '../../../src/ingest/commit-order.ts';

const batch = (nextOffset: number, generation = 1, partition = 0) => ({ partition, nextOffset, generation });

describe('CommitOrder', () => {
  it('commits a batch that finishes first among its partition', () => {
    const order = new CommitOrder();
    const first = order.begin(batch(10));
    order.begin(batch(20));
    expect(order.finish(first, 1)).toBe(10);
  });

  it('holds a later batch back until the earlier one is finished, then commits both at once', () => {
    const order = new CommitOrder();
    const first = order.begin(batch(10));
    const second = order.begin(batch(20));
    expect(order.finish(second, 1)).toBeUndefined();
    expect(order.finish(first, 1)).toBe(20);
  });

  it('keeps partitions apart', () => {
    const order = new CommitOrder();
    order.begin(batch(10, 1, 0));
    const other = order.begin(batch(7, 1, 1));
    expect(order.finish(other, 1)).toBe(7);
  });

  it('does not commit work of an earlier assignment', () => {
    const order = new CommitOrder();
    const stale = order.begin(batch(10, 1));
    expect(order.finish(stale, 2)).toBeUndefined();
  });

  it('does not commit past unfinished work of an earlier assignment', () => {
    const order = new CommitOrder();
    const stale = order.begin(batch(10, 1));
    const fresh = order.begin(batch(20, 2));
    expect(order.finish(fresh, 2)).toBeUndefined();
    expect(order.finish(stale, 2)).toBe(20);
  });
});
