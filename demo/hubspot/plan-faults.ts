// Which request fails, and how: by a seeded plan, or one by one as a test says.

/**
 * `…_before`: nothing was done. `…_after`: it was done, and the answer is lost. `partial`: a 207 whose last record
 * was refused for now. `garbage`: done, and the answer is no JSON.
 */
export const FAULT_KINDS = [
  'rate_limited',
  'daily_limit',
  'unavailable',
  'server_error_before',
  'server_error_after',
  'reset_before',
  'reset_after',
  'hang_before',
  'hang_after',
  'conflict',
  'partial',
  'garbage',
  'invalid',
  'unauthorised',
  'redirect',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

export interface FaultPlan {
  readonly seed: number;
  /** Share of the requests that fail, 0 to 1. */
  readonly share: number;
  /** Chosen among at random. */
  readonly kinds: readonly FaultKind[];
}

export class FaultPlanner {
  readonly #plan: FaultPlan | undefined;
  readonly #random: () => number;
  readonly #scripted: (FaultKind | 'none')[] = [];

  constructor(plan: FaultPlan | undefined) {
    this.#plan = plan;
    this.#random = seededRandom(plan?.seed ?? 0);
  }

  /** These come first, in this order, one for each request; `none` lets one pass. */
  script(kinds: readonly (FaultKind | 'none')[]): void {
    this.#scripted.push(...kinds);
  }

  next(): FaultKind | undefined {
    const scripted = this.#scripted.shift();
    if (scripted === 'none') return undefined;
    if (scripted !== undefined || this.#plan === undefined) return scripted;
    const { share, kinds } = this.#plan;
    if (this.#random() >= share) return undefined;
    return kinds[Math.floor(this.#random() * kinds.length)];
  }
}

/** Mulberry32: from 0 to below 1, the same for the same seed. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
