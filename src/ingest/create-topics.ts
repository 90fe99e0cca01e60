// Makes the topics that are missing, and waits until each has a leader: before that, nothing can be sent to it.
import { setTimeout as sleep } from 'node:timers/promises';
import kafkajs, { type Admin, type ITopicConfig } from 'kafkajs';

const LEADERS_WITHIN_MILLIS = 30_000;
const ASK_AGAIN_MILLIS = 100;
/** What a broker answers of a topic that it has heard of and not taken up yet. */
const NOT_YET: ReadonlySet<string> = new Set([
  'UNKNOWN_TOPIC_OR_PARTITION',
  'LEADER_NOT_AVAILABLE',
  'NOT_LEADER_FOR_PARTITION',
]);

/** @throws the broker's error when a topic cannot be made, or has no leader within half a minute. */
export async function createTopics(admin: Admin, topics: readonly ITopicConfig[]): Promise<void> {
  const existing = new Set(await admin.listTopics());
  const missing = topics.filter(({ topic }) => !existing.has(topic));
  if (missing.length === 0) return;
  // kafkajs waits for leaders only while they are said to be missing, and gives up where the topic is.
  await admin.createTopics({ topics: [...missing], waitForLeaders: false });
  const deadline = Date.now() + LEADERS_WITHIN_MILLIS;
  for (const { topic } of missing) {
    while (!(await hasLeaders(admin, topic, deadline))) await sleep(ASK_AGAIN_MILLIS);
  }
}

/** Rejects once the deadline is over. */
async function hasLeaders(admin: Admin, topic: string, deadline: number): Promise<boolean> {
  try {
    // One topic at a time: asked for several, kafkajs mixes them up.
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
    const partitions = topics.find(({ name }) => name === topic)?.partitions ?? [];
    if (partitions.length > 0 && partitions.every(({ leader }) => leader >= 0)) {
      // Metadata know of a leader before it knows of itself: a send in between would be repeated, and stand there twice.
      await admin.fetchTopicOffsets(topic);
      return true;
    }
    if (Date.now() > deadline) throw new Error(`the topic ${topic} has no leader`);
  } catch (error) {
    const waits = error instanceof kafkajs.KafkaJSProtocolError && NOT_YET.has(error.type);
    if (!waits || Date.now() > deadline) throw error;
  }
  return false;
}
