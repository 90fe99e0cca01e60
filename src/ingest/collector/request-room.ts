// The room that all requests under way share. Whoever finds it taken is refused with 429 and comes again: the
// collector has no queue that could grow.
import type { CollectorLimits } from './collector-limits.ts';
import { RETRY_AFTER_SECONDS, RequestRefusal } from './request-refusal.ts';

/** What one request holds of the room, until it is released. */
export interface Hold {
  /** @throws RequestRefusal 429 when others leave no room for so many more. */
  takeBytes(bytes: number): void;
  /** @throws RequestRefusal 429 likewise. */
  takeEvents(events: number): void;
  /** May be called again. */
  release(): void;
}

interface Held {
  bytes: number;
  events: number;
}

export class RequestRoom {
  readonly #limits: Pick<CollectorLimits, 'maxPendingBytes' | 'maxPendingEvents'>;
  readonly #total: Held = { bytes: 0, events: 0 };

  constructor(limits: Pick<CollectorLimits, 'maxPendingBytes' | 'maxPendingEvents'>) {
    this.#limits = limits;
  }

  open(): Hold {
    const held: Held = { bytes: 0, events: 0 };
    return {
      takeBytes: (bytes) => this.#take(held, { unit: 'bytes', amount: bytes }),
      takeEvents: (events) => this.#take(held, { unit: 'events', amount: events }),
      release: () => {
        this.#total.bytes -= held.bytes;
        this.#total.events -= held.events;
        held.bytes = 0;
        held.events = 0;
      },
    };
  }

  /** A request alone is let in whatever its size: it has a limit of its own, and could else never be taken. */
  #take(held: Held, { unit, amount }: { readonly unit: keyof Held; readonly amount: number }): void {
    const limit = unit === 'bytes' ? this.#limits.maxPendingBytes : this.#limits.maxPendingEvents;
    const total = this.#total[unit];
    if (total > held[unit] && total + amount > limit) {
      const message = `${total} ${unit} of other requests wait to be stored; send again later.`;
      throw new RequestRefusal(429, { code: 'queue_full', message, retryAfter: RETRY_AFTER_SECONDS });
    }
    this.#total[unit] = total + amount;
    held[unit] += amount;
  }
}
