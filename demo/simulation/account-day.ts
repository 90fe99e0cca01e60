// One account on one day, and what reaches the collector of it.
import type { Day } from '../../src/model/time.ts';
import type { SimulatedAccount } from './create-accounts.ts';
import type { SimulatedEvent } from './event.ts';
import type { Random } from './random.ts';

/** An event and the moment at which it reaches the collector, milliseconds since 1970, UTC. */
export interface Arrival {
  readonly at: number;
  readonly event: SimulatedEvent;
}

export interface AccountDay {
  readonly account: SimulatedAccount;
  /** Counts from 0, the first simulated day. */
  readonly day: number;
  readonly firstDay: Day;
  readonly midnight: number;
  readonly random: Random;
}
