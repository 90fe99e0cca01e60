import { describe, expect, it } from 'vitest';
import { judgeFreshness } from '../../../../src/app/evaluate/judge-freshness.ts';

const day = (changes: object = {}) => ({ events: 1_000, usual: 1_000, released: false, ...changes });

describe('the freshness guard', () => {
  it('closes a day that has what its weekday usually has', () => {
    expect(judgeFreshness(day(), 0)).toEqual({ close: true });
  });
  it('holds a day with under a fifth of the usual, and says the numbers', () => {
    expect(judgeFreshness(day({ events: 199 }), 0)).toEqual({
      close: false,
      reason: 'it has 199 events where the same weekday usually has 1000',
    });
    expect(judgeFreshness(day({ events: 200 }), 0)).toEqual({ close: true });
  });
  it('does not judge a day by fewer than a hundred usual events', () => {
    expect(judgeFreshness(day({ events: 0, usual: 99 }), 0)).toEqual({ close: true });
  });
  it('holds while the log is far behind, and not for what is under way', () => {
    expect(judgeFreshness(day(), 1_001)).toMatchObject({ close: false });
    expect(judgeFreshness(day(), 1_000)).toEqual({ close: true });
    expect(judgeFreshness(day({ usual: 1_000_000, events: 1_000_000 }), 10_000)).toEqual({ close: true });
  });
  it('lets a person override it', () => {
    expect(judgeFreshness(day({ events: 0, released: true }), 5_000)).toEqual({ close: true });
  });
});
