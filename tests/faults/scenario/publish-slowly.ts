// Puts messages on a topic a few at a time, so that faults come while they do.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Topic } from '../kill-consumer/topic.ts';

const AT_ONCE = 50;

/** In about `millis`. A rejection that nobody waits for any more, since a run has failed already, is no failure. */
export function publishSlowly(topic: Topic, lines: readonly string[], millis: number): Promise<void> {
  const publishing = publishInTurn(topic, lines, millis);
  publishing.catch(() => undefined);
  return publishing;
}

async function publishInTurn(topic: Topic, lines: readonly string[], millis: number): Promise<void> {
  const pause = (millis * AT_ONCE) / Math.max(AT_ONCE, lines.length);
  for (let sent = 0; sent < lines.length; sent += AT_ONCE) {
    await topic.publish(lines.slice(sent, sent + AT_ONCE));
    await sleep(pause);
  }
}

/** As many parts, about equally long. */
export function shareOut<Item>(items: readonly Item[], parts: number): readonly (readonly Item[])[] {
  const share = Math.ceil(items.length / parts);
  return Array.from({ length: parts }, (_, part) => items.slice(part * share, (part + 1) * share));
}
