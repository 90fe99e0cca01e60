// Joins users by the aliases that a tick took, before it reads anything by user: each id of a component that one of
// them touches is written with its person, as of the tick's V. A tick that dies behind it is repeated by the next.
import { MOST_NEIGHBOURS, namePersons } from '../../model/name-persons.ts';
import type { Store } from '../../model/store.ts';
import type { EpochMicros } from '../../model/time.ts';
import {
  type Alias,
  readAliases,
  readCrowded,
  readNewAliases,
  writePersons,
} from '../../store/evaluation/user-persons.ts';

/** Ids travel in the address of the request, whose length is bounded. */
const IDS_AT_ONCE = 200;
/** Beyond, it is quicker to read all aliases that there are. */
const MOST_IDS = 20_000;

interface ResolvePersons {
  readonly store: Store;
  /** V: aliases received later are not seen. */
  readonly tick: EpochMicros;
  /** Default MOST_NEIGHBOURS. */
  readonly mostNeighbours?: number;
}

/** True when somebody was joined, or parted because an id turned out to be shared. */
export async function resolvePersons(options: ResolvePersons): Promise<boolean> {
  const { store, tick } = options;
  const fresh = await readNewAliases(store, tick);
  if (fresh.length === 0) return false;
  const { aliases, shared, sharedBefore } = await growComponents(options, fresh);
  // Whom an id joined until these aliases made it a shared one has to be parted again.
  const reached = namePersons(without(aliases, sharedBefore));
  const persons = shared.size === sharedBefore.size ? reached : namePersons(without(aliases, shared));
  // All ids, changed or not: another evaluator with a smaller V may be writing what it knows of them.
  const touched = new Set(without(fresh, sharedBefore).map(({ userId }) => reached.get(userId)));
  const ids = [...reached].filter(([, person]) => touched.has(person)).map(([id]) => id);
  await writePersons(store, new Map(ids.map((id) => [id, persons.get(id) ?? id])), tick);
  return ids.length > 0;
}

interface Components {
  readonly aliases: readonly Alias[];
  /** Ids of more than one person: their aliases join nobody. */
  readonly shared: ReadonlySet<string>;
  /** Those that were so without the new aliases. */
  readonly sharedBefore: ReadonlySet<string>;
}

/** Every alias of the components that these belong to. The search does not go through ids that were shared before. */
async function growComponents(options: ResolvePersons, fresh: readonly Alias[]): Promise<Components> {
  const { store, tick: bound } = options;
  const freshOf = countById(fresh);
  const [shared, sharedBefore] = [new Set<string>(), new Set<string>()];
  const most = options.mostNeighbours ?? MOST_NEIGHBOURS;
  const noteShared = async (ids?: readonly string[]) => {
    const crowded = await readCrowded(store, { bound, most, ...(ids === undefined ? {} : { ids }) });
    for (const [id, neighbours] of crowded) {
      shared.add(id);
      if (neighbours - (freshOf.get(id) ?? 0) > most) sharedBefore.add(id);
    }
  };
  const aliases: Alias[] = [];
  const known = new Set<string>();
  let edge = newIds(fresh, known);
  while (edge.length > 0) {
    if (known.size > MOST_IDS) {
      await noteShared();
      return { aliases: await readAliases(store, { bound }), shared, sharedBefore };
    }
    const found: Alias[] = [];
    for (let from = 0; from < edge.length; from += IDS_AT_ONCE) {
      const some = edge.slice(from, from + IDS_AT_ONCE);
      await noteShared(some);
      const ids = some.filter((id) => !sharedBefore.has(id));
      for (const alias of await readAliases(store, { bound, ids })) found.push(alias);
    }
    for (const alias of found) aliases.push(alias);
    edge = newIds(found, known);
  }
  return { aliases, shared, sharedBefore };
}

const without = (aliases: readonly Alias[], ids: ReadonlySet<string>): readonly Alias[] =>
  ids.size === 0
    ? aliases
    : aliases.filter(({ userId, previousId }) => !ids.has(userId) && !ids.has(previousId));

/** How many of these name each id. */
function countById(aliases: readonly Alias[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { userId, previousId } of aliases)
    for (const id of [userId, previousId]) counts.set(id, (counts.get(id) ?? 0) + 1);
  return counts;
}

/** Ids that were not known yet; they are from now on. */
function newIds(aliases: readonly Alias[], known: Set<string>): readonly string[] {
  const before = known.size;
  for (const { userId, previousId } of aliases) known.add(userId).add(previousId);
  return [...known].slice(before);
}
