import { describe, expect, it } from 'vitest';
import { PartitionPositions } from '../../../src/ingest/partition-positions.ts';

function positions(...own: number[]): PartitionPositions {
  const known = new PartitionPositions();
  known.assign(own);
  return known;
}

describe('PartitionPositions', () => {
  it('has no lag before it has partitions, none without partitions, and none that it does not know', () => {
    expect(new PartitionPositions().lag).toBeUndefined();
    expect(positions().lag).toBe(0);
    expect(positions(0).lag).toBeUndefined();
  });

  it('lags by what lies between what is acknowledged and the end, over its own partitions', () => {
    const known = positions(0, 1);
    for (const partition of [0, 1, 2]) {
      known.sawEnd(partition, 100);
      known.beginsAt(partition, 10);
    }
    known.acknowledged(1, 60);
    expect([known.lag, known.partitions]).toEqual([130, 2]);
    known.acknowledged(0, 100);
    known.acknowledged(1, 100);
    expect(known.lag).toBe(0);
  });

  it('does not set back by what is asked later what is acknowledged', () => {
    const known = positions(0);
    known.sawEnd(0, 100);
    known.acknowledged(0, 60);
    known.beginsAt(0, 10);
    expect(known.lag).toBe(40);
  });

  it('forgets where it was in a partition that is taken away, but not in one that it keeps', () => {
    const known = positions(0, 1);
    for (const partition of [0, 1]) {
      known.sawEnd(partition, 100);
      known.acknowledged(partition, 60);
    }
    known.assign([1]);
    known.assign([0, 1]);
    known.beginsAt(0, 90);
    known.beginsAt(1, 90);
    expect(known.lag).toBe(50);
  });

  it('is not ahead of a topic that was made anew', () => {
    const known = positions(0);
    known.acknowledged(0, 60);
    known.sawEnd(0, 5);
    expect(known.lag).toBe(0);
  });
});
