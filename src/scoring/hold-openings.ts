// The circuit breaker: openings beyond `max_new_per_day` of one local day are held back until a person releases them.

/** The larger of 50 and 2 % of the accounts, when the rule says nothing; a fraction is of the accounts. */
export function maxNewPerDay(configured: number | undefined, accounts: number): number {
  if (configured === undefined) return Math.max(50, Math.floor(accounts * 0.02));
  return configured < 1 ? Math.floor(accounts * configured) : configured;
}

export interface Breaker {
  /** Counts one more opening of a rule; true when it is to be held. */
  readonly hold: (rule: string, max: number) => boolean;
  /** Rules that held something, with how many. */
  readonly held: () => ReadonlyMap<string, number>;
}

/** Starts from the openings that the day has had already, so that a restart does not reset it. */
export function startBreaker(openedToday: ReadonlyMap<string, number>): Breaker {
  const opened = new Map(openedToday);
  const held = new Map<string, number>();
  return {
    hold(rule, max) {
      const count = (opened.get(rule) ?? 0) + 1;
      opened.set(rule, count);
      if (count <= max) return false;
      held.set(rule, (held.get(rule) ?? 0) + 1);
      return true;
    },
    held: () => held,
  };
}
