// No definition may be made from itself, nor stand on too many levels of others. Runs without recursion, since a file
// may hold a hundred thousand definitions that name each other in a row.
import { MOST_LEVELS, type Reading, SECTIONS, type Section } from '../read/reading.ts';
import type { Reference } from './references-of.ts';

/** Direct references of each definition that could be read, by section and name. */
export type ReferenceTable = Readonly<Record<Section, ReadonlyMap<string, readonly Reference[]>>>;

interface Vertex {
  readonly section: Section;
  readonly name: string;
  readonly next: readonly string[];
  level: number;
  /** References not yet settled. */
  open: number;
}

const keyOf = ({ section, name }: Reference): string => `${section} ${name}`;

export function checkReferences(table: ReferenceTable, reading: Reading): void {
  const vertices = makeVertices(table);
  settle(vertices);
  reportCycles(vertices, reading);
  for (const vertex of vertices.values()) {
    const definition = reading.definitions[vertex.section].get(vertex.name);
    if (definition === undefined) continue;
    if (vertex.level === MOST_LEVELS + 1)
      reading.problems.add(
        'T020',
        definition.keySpan,
        `"${vertex.name}" stands on more than ${MOST_LEVELS} levels of other definitions`,
      );
  }
}

function makeVertices(table: ReferenceTable): Map<string, Vertex> {
  const vertices = new Map<string, Vertex>();
  for (const section of SECTIONS)
    for (const [name, references] of table[section]) {
      const next = [...new Set(references.map(keyOf))];
      vertices.set(keyOf({ section, name }), { section, name, next, level: 0, open: 0 });
    }
  for (const vertex of vertices.values()) vertex.open = vertex.next.filter((key) => vertices.has(key)).length;
  return vertices;
}

/** Kahn's topological order from the leaves up; what stays open lies on a cycle or above one. */
function settle(vertices: ReadonlyMap<string, Vertex>): void {
  const users = new Map<string, Vertex[]>();
  for (const vertex of vertices.values())
    for (const key of vertex.next) {
      const known = users.get(key);
      if (known === undefined) users.set(key, [vertex]);
      else known.push(vertex);
    }
  const ready = [...vertices].filter(([, vertex]) => vertex.open === 0);
  for (let item = ready.pop(); item !== undefined; item = ready.pop()) {
    const [key, settled] = item;
    for (const user of users.get(key) ?? []) {
      user.level = Math.max(user.level, settled.level + 1);
      user.open -= 1;
      if (user.open === 0) ready.push([keyOf(user), user]);
    }
  }
}

/**
 * What is still open has an open reference; following each one's first ends in a cycle. Each cycle found so is told
 * once, at its first member; the others show once it is gone.
 */
function reportCycles(vertices: ReadonlyMap<string, Vertex>, reading: Reading): void {
  const walkOf = new Map<Vertex, Vertex>();
  for (const start of vertices.values()) {
    const path: Vertex[] = [];
    let vertex: Vertex | undefined = start.open > 0 ? start : undefined;
    while (vertex !== undefined && !walkOf.has(vertex)) {
      walkOf.set(vertex, start);
      path.push(vertex);
      vertex = firstOpen(vertex, vertices);
    }
    if (vertex !== undefined && walkOf.get(vertex) === start)
      reportCycle(path.slice(path.indexOf(vertex)), reading);
  }
}

function firstOpen(vertex: Vertex, vertices: ReadonlyMap<string, Vertex>): Vertex | undefined {
  for (const key of vertex.next) {
    const next = vertices.get(key);
    if (next !== undefined && next.open > 0) return next;
  }
  return undefined;
}

const MOST_NAMES = 8;

function reportCycle(cycle: readonly Vertex[], reading: Reading): void {
  const [first] = cycle;
  const definition = first && reading.definitions[first.section].get(first.name);
  if (first === undefined || definition === undefined) return;
  const shown = cycle.slice(0, MOST_NAMES).map(({ name }) => `"${name}"`);
  const path = [...shown, ...(cycle.length > MOST_NAMES ? ['…'] : []), `"${first.name}"`].join(' → ');
  reading.problems.add('T019', definition.keySpan, `"${first.name}" is made from itself: ${path}`);
}
