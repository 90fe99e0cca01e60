// The clock of a running process.
import type { Clock } from '../model/clock.ts';
import type { EpochMicros } from '../model/time.ts';

export const systemClock: Clock = { now: () => (Date.now() * 1000) as EpochMicros };
