// Time as a dependency: the system's in service, a stepped one in tests.
import type { EpochMicros } from './time.ts';

export interface Clock {
  /** UTC. Two calls may return the same instant. */
  now(): EpochMicros;
}
