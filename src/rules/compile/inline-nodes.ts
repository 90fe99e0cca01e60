// Writes short columns out where they are read: every level names all columns that levels above it read, and
// ClickHouse looks at each of them again, which for few accounts takes longer than all else. Changes no value.
import type { PlanNode } from './plan.ts';

export interface Levels {
  readonly nodes: readonly PlanNode[];
  /** What is selected from them. */
  readonly select: string;
  /** What follows them. */
  readonly end: string;
}

/** Characters. What is longer is written out only where nothing else reads it: reading text costs time too. */
const SHORT = 40;

const COLUMN = /\bx\d+\b/g;

/** Equal expressions of one level are computed once, so that those read in several places cost no more than before. */
export function inlineNodes({ nodes, select, end }: Levels): Levels {
  const reads = countReads([...nodes.map(({ sql }) => sql), select, end]);
  const written = new Map<string, string>();
  const kept = new Map<string, PlanNode>();
  const writeOut = (sql: string) => sql.replace(COLUMN, (alias) => written.get(alias) ?? alias);
  for (const node of [...nodes].sort((a, b) => a.level - b.level)) {
    const sql = writeOut(node.sql);
    const { times, repeated } = reads.get(node.alias) ?? { times: 0, repeated: false };
    if (!repeated && (times === 1 || sql.length <= SHORT)) written.set(node.alias, `(${sql})`);
    else kept.set(node.alias, { ...node, sql, level: 1 + levelBelow(sql, kept) });
  }
  return { nodes: [...kept.values()], select: writeOut(select), end: writeOut(end) };
}

const levelBelow = (sql: string, nodes: ReadonlyMap<string, PlanNode>): number =>
  Math.max(0, ...columnsIn(sql).map((alias) => nodes.get(alias)?.level ?? 0));

interface Reads {
  readonly times: number;
  /** True where a lambda reads it: for each element of an array it would be computed anew. */
  readonly repeated: boolean;
}

function countReads(texts: readonly string[]): ReadonlyMap<string, Reads> {
  const reads = new Map<string, Reads>();
  for (const text of texts) {
    const lambdas = new Set(lambdasIn(text).flatMap(columnsIn));
    for (const alias of columnsIn(text)) {
      const { times, repeated } = reads.get(alias) ?? { times: 0, repeated: false };
      reads.set(alias, { times: times + 1, repeated: repeated || lambdas.has(alias) });
    }
  }
  return reads;
}

/** Texts in quotes, in which a backslash and a second quote stand for themselves; brackets; commas; arrows. */
const TOKEN = /'(?:[^'\\]|\\.|'')*'|[([{]|[)\]}]|,|->/g;

/** What stands behind each arrow, up to the comma or the bracket that ends it. */
function lambdasIn(sql: string): readonly string[] {
  const lambdas: string[] = [];
  const open: { readonly from: number; readonly depth: number }[] = [];
  const closeFrom = (depth: number, at: number) => {
    while (open.some((lambda) => lambda.depth >= depth)) lambdas.push(sql.slice(open.pop()?.from, at));
  };
  let depth = 0;
  for (const { 0: token, index } of sql.matchAll(TOKEN)) {
    if (token === '->') open.push({ from: index, depth });
    else if (token === ',') closeFrom(depth, index);
    else if ('([{'.includes(token)) depth++;
    else if (')]}'.includes(token)) closeFrom(depth--, index);
  }
  closeFrom(0, sql.length);
  return lambdas;
}

const columnsIn = (sql: string): readonly string[] => sql.match(COLUMN) ?? [];
