// Who is one person: ids that aliases join, whatever the order in which they came. Pure.

/** Two ids of one person, the one to go by first. */
export interface JoinedIds {
  readonly userId: string;
  readonly previousId: string;
}

/**
 * An id that aliases join directly with more others than this is nobody's: clients sent `null` or `guest` for whoever
 * it was. Its aliases join nobody. What a tick may have to write again for one alias is bounded by it too.
 */
export const MOST_NEIGHBOURS = 10_000;

/**
 * The person of every id that an alias names. A person goes by the smallest of its ids that no alias names as
 * previous or, in a circle, by the smallest of all. Smaller means earlier as UTF-8 bytes, as ClickHouse sorts.
 */
export function namePersons(aliases: readonly JoinedIds[]): ReadonlyMap<string, string> {
  const joined = new Sets();
  for (const { userId, previousId } of aliases) joined.join(userId, previousId);
  const previous = new Set(aliases.map(({ previousId }) => previousId));
  const names = new Map<string, string>();
  for (const id of joined.ids()) {
    const root = joined.rootOf(id);
    const name = names.get(root);
    if (name === undefined || isBetter(id, name, previous)) names.set(root, id);
  }
  return new Map([...joined.ids()].map((id) => [id, names.get(joined.rootOf(id)) ?? id]));
}

function isBetter(id: string, name: string, previous: ReadonlySet<string>): boolean {
  const [replaced, nameReplaced] = [previous.has(id), previous.has(name)];
  return replaced === nameReplaced ? isBefore(id, name) : nameReplaced;
}

/** By code points, which is the order of UTF-8; JavaScript compares UTF-16. */
function isBefore(a: string, b: string): boolean {
  const [left, right] = [Array.from(a), Array.from(b)];
  const at = left.findIndex((letter, index) => letter !== right[index]);
  if (at < 0) return left.length < right.length;
  return (left[at]?.codePointAt(0) ?? 0) < (right[at]?.codePointAt(0) ?? -1);
}

/** Union-find with path halving. */
class Sets {
  readonly #parents = new Map<string, string>();

  ids(): Iterable<string> {
    return this.#parents.keys();
  }

  join(a: string, b: string): void {
    const [left, right] = [this.rootOf(a), this.rootOf(b)];
    if (left !== right) this.#parents.set(left, right);
  }

  rootOf(id: string): string {
    let at = id;
    for (;;) {
      const parent = this.#parents.get(at);
      if (parent === undefined) this.#parents.set(at, at);
      if (parent === undefined || parent === at) return at;
      const above = this.#parents.get(parent) ?? parent;
      this.#parents.set(at, above);
      at = above;
    }
  }
}
