// What the collector takes at most: it answers 413 or 429 rather than hold more than this.

export interface CollectorLimits {
  /** Bytes of one event's JSON. */
  readonly maxItemBytes: number;
  /** Bytes of a request, packed and unpacked. */
  readonly maxRequestBytes: number;
  /** Events received and not yet durable, beyond which requests are answered 429. */
  readonly maxPendingEvents: number;
  /** Bytes of all requests that are under way, from the first byte of a body; beyond them 429 too. */
  readonly maxPendingBytes: number;
  /** How long a body may take to arrive. */
  readonly bodyMillis: number;
  /** How long the log may take before the client is told to send again; most clients wait for ten seconds. */
  readonly publishMillis: number;
}

export const DEFAULT_LIMITS: CollectorLimits = {
  maxItemBytes: 32 * 1024,
  maxRequestBytes: 500 * 1024,
  maxPendingEvents: 100_000,
  maxPendingBytes: 64 * 1024 * 1024,
  bodyMillis: 30_000,
  publishMillis: 8_000,
};
