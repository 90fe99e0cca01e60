import { describe, expect, it } from 'vitest';
import { type Standing, StandstillWatch } from '../../../src/ingest/standstill-watch.ts';

function watching() {
  const time = { now: 0 };
  const watch = new StandstillWatch({ patienceMillis: 100, now: () => time.now });
  const lookAt = (now: number, standing: Partial<Standing> & { readonly end?: number }) => {
    time.now = now;
    return watch.look({ lag: 10, ends: new Map([[0, standing.end ?? 50]]), blocksUnderWay: 0, ...standing });
  };
  const aliveAt = (now: number): void => {
    time.now = now;
    watch.alive();
  };
  return { lookAt, aliveAt };
}

describe('StandstillWatch', () => {
  it('tells when the log grows and nothing is acknowledged, after its patience', () => {
    const { lookAt } = watching();
    expect(lookAt(0, { end: 50 })).toBeUndefined();
    expect(lookAt(99, { end: 60 })).toBeUndefined();
    expect(lookAt(100, { end: 60 })).toBe(100);
  });

  it('says nothing of an idle log, however long', () => {
    const { lookAt } = watching();
    for (let now = 0; now < 1000; now += 50) expect(lookAt(now, { lag: 0 })).toBeUndefined();
  });

  it('gives a log that fills after long idleness the whole patience', () => {
    const { lookAt } = watching();
    lookAt(500, { lag: 0, end: 50 });
    expect(lookAt(550, { end: 60 })).toBeUndefined();
    expect(lookAt(599, { end: 70 })).toBeUndefined();
    expect(lookAt(600, { end: 70 })).toBe(100);
  });

  it('says nothing while blocks are acknowledged or outages waited out', () => {
    const { lookAt, aliveAt } = watching();
    for (let now = 0; now < 1000; now += 90) {
      expect(lookAt(now + 80, { end: now })).toBeUndefined();
      aliveAt(now + 85);
    }
  });

  it('says nothing of a lag that nothing is added to: an aborted transaction leaves one behind', () => {
    const { lookAt } = watching();
    expect(lookAt(0, {})).toBeUndefined();
    expect(lookAt(500, {})).toBeUndefined();
  });

  it('gives the first message behind the marker of a transaction the whole patience, as a lag of one stays', () => {
    const { lookAt } = watching();
    for (let now = 0; now <= 1000; now += 50) expect(lookAt(now, { lag: 1, end: 50 })).toBeUndefined();
    expect(lookAt(1050, { lag: 2, end: 51, blocksUnderWay: 1 })).toBeUndefined();
    expect(lookAt(1090, { lag: 2, end: 51 })).toBeUndefined();
    expect(lookAt(1100, { lag: 2, end: 51 })).toBe(100);
  });

  it('tells of a log that grows more seldom than it is looked at', () => {
    const { lookAt } = watching();
    lookAt(0, { end: 50 });
    for (let now = 10; now < 100; now += 10) expect(lookAt(now, { end: now < 50 ? 51 : 52 })).toBeUndefined();
    expect(lookAt(100, { end: 52 })).toBe(100);
  });

  it('tells when a block under way neither ends nor meets an outage, though the log does not grow', () => {
    const { lookAt } = watching();
    expect(lookAt(50, { blocksUnderWay: 1 })).toBeUndefined();
    expect(lookAt(120, { blocksUnderWay: 1 })).toBe(120);
  });

  it('does not take partitions that come with a rebalance for growth', () => {
    const { lookAt } = watching();
    lookAt(0, { ends: new Map([[0, 50]]) });
    const ends = new Map([
      [0, 50],
      [1, 900],
    ]);
    expect(lookAt(150, { ends })).toBeUndefined();
    expect(lookAt(160, { ends: new Map(ends).set(1, 901) })).toBeUndefined();
    expect(lookAt(250, { ends: new Map(ends).set(1, 901) })).toBe(100);
  });
});
