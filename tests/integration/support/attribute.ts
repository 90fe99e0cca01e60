// What the view `events` must show, defined over small histories by plain loops. Times are seconds within one day.

export interface Membership {
  readonly user: string;
  readonly account: string;
  readonly validFrom: number;
}

export interface LooseEvent {
  readonly user: string;
  readonly id: string;
  readonly time: number;
  /** Every event has its own. */
  readonly received: number;
}

interface DirectEvent {
  readonly account: string;
  readonly id: string;
  readonly time: number;
  readonly received: number;
}

interface History {
  readonly memberships: readonly Membership[];
  readonly loose: readonly LooseEvent[];
  readonly direct: readonly DirectEvent[];
}

/** Lines `account user id time attributed|direct`, sorted. */
export function attribute({ memberships, loose, direct }: History): readonly string[] {
  const kept = firstOfEach(direct, ({ account, id }) => `${account} ${id}`);
  const taken = new Set(kept.map(({ account, id }) => `${account} ${id}`));
  const owned = firstOfEach(loose, ({ user, id }) => `${user} ${id}`).map((event) => ({
    ...event,
    account: ownerOf(event, memberships),
  }));
  const landed = firstOfEach(owned, ({ account, user, id }) => `${account || `nobody's ${user}`} ${id}`);
  const added = landed.filter(({ account, id }) => !taken.has(`${account} ${id}`));
  return [
    ...kept.map(({ account, id, time }) => `${account}  ${id} ${time} direct`),
    ...added.map(
      ({ account, user, id, time }) =>
        `${account} ${user} ${id} ${time} ${account ? 'attributed' : 'direct'}`,
    ),
  ].sort();
}

function ownerOf(event: LooseEvent, memberships: readonly Membership[]): string {
  const own = memberships.filter(({ user }) => user === event.user);
  const valid = own.filter(({ validFrom }) => validFrom <= event.time);
  const from =
    valid.length > 0
      ? Math.max(...valid.map(({ validFrom }) => validFrom))
      : Math.min(...own.map(({ validFrom }) => validFrom));
  return (
    own
      .filter(({ validFrom }) => validFrom === from)
      .map(({ account }) => account)
      .sort()[0] ?? ''
  );
}

function firstOfEach<E extends { readonly received: number }>(
  events: readonly E[],
  keyOf: (event: E) => string,
): E[] {
  const first = new Map<string, E>();
  for (const event of events) {
    const known = first.get(keyOf(event));
    if (!known || event.received < known.received) first.set(keyOf(event), event);
  }
  return [...first.values()];
}
