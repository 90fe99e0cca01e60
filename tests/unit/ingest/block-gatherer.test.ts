import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BlockGatherer, type GatheredBlock } from '../../../src/ingest/block-gatherer.ts';
import type { EpochMicros } from '../../../src/model/time.ts';

const message = (offset: number, bytes = 1, at = 0) => ({
  offset,
  key: null,
  value: new Uint8Array(bytes),
  appendedAt: at as EpochMicros,
});
const gatherer = (maxMessages = 3, maxBytes = 100) =>
  new BlockGatherer({ topic: 'events', limits: { maxMessages, maxBytes } });

describe('BlockGatherer', () => {
  it('puts what several partitions bring into one block, a batch of each, in their order', () => {
    const gathering = gatherer();
    gathering.add(4, message(7));
    gathering.add(2, message(1));
    gathering.add(4, message(9));
    expect(gathering.take()).toMatchObject({
      batches: [
        { topic: 'events', partition: 4, messages: [{ offset: 7 }, { offset: 9 }] },
        { topic: 'events', partition: 2, messages: [{ offset: 1 }] },
      ],
      messages: 3,
      bytes: 3,
    });
    expect(gathering.isEmpty).toBe(true);
  });

  it('has no room beyond its messages or its bytes', () => {
    const byCount = gatherer(1, 100);
    byCount.add(0, message(1));
    expect(byCount.hasRoomFor(message(2))).toBe(false);
    const byBytes = gatherer(10, 100);
    byBytes.add(0, message(1, 60));
    expect([byBytes.hasRoomFor(message(2, 40)), byBytes.hasRoomFor(message(2, 41))]).toEqual([true, false]);
  });

  it('has room for a message that is larger than a block, alone', () => {
    const gathering = gatherer(10, 100);
    expect(gathering.hasRoomFor(message(1, 500))).toBe(true);
    gathering.add(0, message(1, 500));
    expect(gathering.hasRoomFor(message(2))).toBe(false);
  });

  it('knows when its oldest message was taken by the log', () => {
    const gathering = gatherer();
    expect(gathering.look().oldestAt).toBeUndefined();
    for (const at of [50, 20, 90]) gathering.add(at, message(1, 1, at));
    expect(gathering.look().oldestAt).toBe(20);
    gathering.take();
    expect(gathering.look().oldestAt).toBeUndefined();
  });

  it('loses nothing, doubles nothing, keeps the order of a partition and its own bounds', () => {
    const incoming = fc.array(fc.record({ partition: fc.nat(3), bytes: fc.nat(150) }), { maxLength: 60 });
    fc.assert(
      fc.property(incoming, (items) => {
        const gathering = gatherer(5, 100);
        const blocks: GatheredBlock[] = [];
        items.forEach(({ partition, bytes }, offset) => {
          const one = message(offset, bytes);
          if (!gathering.hasRoomFor(one)) blocks.push(gathering.take());
          gathering.add(partition, one);
        });
        blocks.push(gathering.take());
        for (const partition of [0, 1, 2, 3]) {
          const sent = items.flatMap((item, offset) => (item.partition === partition ? offset : []));
          const got = blocks.flatMap(({ batches }) =>
            batches.flatMap((batch) => (batch.partition === partition ? batch.messages : [])),
          );
          expect(got.map(({ offset }) => offset)).toEqual(sent);
        }
        for (const { messages, bytes } of blocks) {
          expect(messages).toBeLessThanOrEqual(5);
          if (messages > 1) expect(bytes).toBeLessThanOrEqual(100);
        }
      }),
    );
  });
});
