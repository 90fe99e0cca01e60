// Joins users by the aliases that a tick took, before it reads anything by user: each id of a component that one of
// them touches is written with its person, as of the tick's V. A tick that dies behind it is repeated by the next.
import { namePersons } from '../../model/name-persons.ts';
import type { Store } from '../../model/store.ts';
import type { EpochMicros } from '../../model/time.ts';
import {
  type Alias,
  readAliases,
  readNewAliases,
  writePersons,
} from '../../store/evaluation/user-persons.ts';

/** Ids travel in the address of the request, whose length is bounded. */
const IDS_AT_ONCE = 200;
/** Beyond, it is quicker to read all aliases that there are. */
const MOST_IDS = 5_000;

/** True when somebody was joined. */
export async function resolvePersons(store: Store, tick: EpochMicros): Promise<boolean> {
  const fresh = await readNewAliases(store, tick);
  if (fresh.length === 0) return false;
  const aliases = await growComponents(store, tick, fresh);
  const persons = namePersons(aliases);
  // All ids, changed or not: another evaluator with a smaller V may be writing what it knows of them.
  const touched = new Set(fresh.map(({ userId }) => persons.get(userId)));
  await writePersons(store, new Map([...persons].filter(([, person]) => touched.has(person))), tick);
  return true;
}

/** Every alias of the components that these belong to. */
async function growComponents(
  store: Store,
  bound: EpochMicros,
  fresh: readonly Alias[],
): Promise<readonly Alias[]> {
  const aliases = [...fresh];
  const known = new Set<string>();
  let edge = newIds(fresh, known);
  while (edge.length > 0) {
    if (known.size > MOST_IDS) return readAliases(store, { bound });
    const found: Alias[] = [];
    for (let from = 0; from < edge.length; from += IDS_AT_ONCE)
      found.push(...(await readAliases(store, { bound, ids: edge.slice(from, from + IDS_AT_ONCE) })));
    aliases.push(...found);
    edge = newIds(found, known);
  }
  return aliases;
}

/** Ids that were not known yet; they are from now on. */
function newIds(aliases: readonly Alias[], known: Set<string>): readonly string[] {
  const before = known.size;
  for (const { userId, previousId } of aliases) known.add(userId).add(previousId);
  return [...known].slice(before);
}
