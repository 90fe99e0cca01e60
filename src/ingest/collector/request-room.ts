// The room that all requests under way share. Of strangers, whose key is not known yet, only a part of it is: they may
// not keep out those who are known. Whoever finds it taken is refused with 429 and comes again: the
// collector has no queue that could grow.
import type { CollectorLimits } from './collector-limits.ts';
import { RETRY_AFTER_SECONDS, RequestRefusal } from './request-refusal.ts';

/** What one request holds of the room, until it is released. */
export interface Hold {
  /** @throws RequestRefusal 429 when others leave no room for so many more. */
  takeBytes(bytes: number): void;
  /** @throws RequestRefusal 429 likewise. */
  takeEvents(events: number): void;
  /** Its sender is known from now on. */
  admit(): void;
  /** May be called again. */
  release(): void;
}

interface Held {
  bytes: number;
  events: number;
}

interface RequestHeld extends Held {
  isKnown: boolean;
}

const STRANGERS_PART = 1 / 4;

export class RequestRoom {
  readonly #limits: Pick<CollectorLimits, 'maxPendingBytes' | 'maxPendingEvents'>;
  readonly #total: Held = { bytes: 0, events: 0 };
  readonly #strangers: Held = { bytes: 0, events: 0 };

  constructor(limits: Pick<CollectorLimits, 'maxPendingBytes' | 'maxPendingEvents'>) {
    this.#limits = limits;
  }

  open({ isKnown }: { readonly isKnown: boolean }): Hold {
    const held: RequestHeld = { bytes: 0, events: 0, isKnown };
    return {
      takeBytes: (bytes) => this.#take(held, { unit: 'bytes', amount: bytes }),
      takeEvents: (events) => this.#take(held, { unit: 'events', amount: events }),
      admit: () => {
        if (!held.isKnown) give(this.#strangers, held);
        held.isKnown = true;
      },
      release: () => {
        give(this.#total, held);
        if (!held.isKnown) give(this.#strangers, held);
        held.bytes = 0;
        held.events = 0;
      },
    };
  }

  /** A request alone is let in whatever its size: it has a limit of its own, and could else never be taken. */
  #take(held: RequestHeld, { unit, amount }: { readonly unit: keyof Held; readonly amount: number }): void {
    const limit = unit === 'bytes' ? this.#limits.maxPendingBytes : this.#limits.maxPendingEvents;
    const [total, strangers] = [this.#total[unit], this.#strangers[unit]];
    const isFull = total > held[unit] && total + amount > limit;
    const isPartFull = strangers > held[unit] && strangers + amount > limit * STRANGERS_PART;
    if (isFull || (!held.isKnown && isPartFull)) {
      const others =
        held.isKnown || isFull ? 'other requests' : 'other requests without a key in their header';
      const message = `${isFull ? total : strangers} ${unit} of ${others} wait to be stored; send again later.`;
      throw new RequestRefusal(429, { code: 'queue_full', message, retryAfter: RETRY_AFTER_SECONDS });
    }
    this.#total[unit] += amount;
    if (!held.isKnown) this.#strangers[unit] += amount;
    held[unit] += amount;
  }
}

function give(room: Held, { bytes, events }: Held): void {
  room.bytes -= bytes;
  room.events -= events;
}
