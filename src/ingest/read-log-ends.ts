// Where the partitions of a topic begin and end, and how far a group has committed them.
import type { Admin } from 'kafkajs';

export interface LogEnd {
  readonly partition: number;
  /** The offset that the next message will get. */
  readonly end: number;
  /** What the group reads next: what it has committed, or the first that is still there. */
  readonly next: number;
}

/** Rejects with kafkajs's error when a broker cannot be asked. */
export async function readLogEnds(
  admin: Admin,
  { topic, group }: { readonly topic: string; readonly group: string },
): Promise<readonly LogEnd[]> {
  const [ends, groups] = await Promise.all([
    admin.fetchTopicOffsets(topic),
    admin.fetchOffsets({ groupId: group, topics: [topic] }),
  ]);
  const committed = new Map(
    groups[0]?.partitions.map(({ partition, offset }) => [partition, Number(offset)]),
  );
  return ends.map(({ partition, high, low }) => ({
    partition,
    end: Number(high),
    // Nothing committed yet, or what was next is gone already: everything that is still in the log.
    next: Math.max(committed.get(partition) ?? -1, Number(low)),
  }));
}
