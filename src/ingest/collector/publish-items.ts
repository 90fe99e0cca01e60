// Publishes the items of a request so that one which the log refuses costs none of the others.
import { type EventLog, LogError, type LogMessage } from '../../model/event-log.ts';
import type { Item } from './read-request.ts';

export interface OutgoingItem {
  readonly item: Item;
  readonly messages: readonly LogMessage[];
}

/**
 * Resolves once all others are durable, with why the log refuses an item whatever else is beside it. Where it refuses
 * one of an item's events, the others of that item may be durable. Rejects when the log could not be asked.
 */
export async function publishItems(
  log: Pick<EventLog, 'publish'>,
  outgoing: readonly OutgoingItem[],
): Promise<ReadonlyMap<Item, string>> {
  const refused = new Map<Item, string>();
  const publish = async (part: readonly OutgoingItem[]): Promise<void> => {
    const messages = part.flatMap((one) => one.messages);
    if (messages.length === 0) return;
    try {
      await log.publish(messages);
    } catch (error) {
      if (!(error instanceof LogError) || error.retryable) throw error;
      const middle = Math.ceil(part.length / 2);
      const [first] = part;
      if (part.length === 1 && first !== undefined) refused.set(first.item, error.message);
      else for (const half of [part.slice(0, middle), part.slice(middle)]) await publish(half);
    }
  };
  await publish(outgoing);
  return refused;
}
