// A plan with only the columns that a statement asks for, and what these read: ClickHouse would not compute the others,
// but it looks through all of them first.
import type { EvaluationPlan } from './plan.ts';

/** Columns of the levels, of aggregates, and of what was prepared. */
const COLUMN = /\b[xrp]\d+\b/g;
/** Columns of the inputs that are joined to the accounts. */
const HISTORY = /\b(?:trait_\d+|signal_\d+|champion_\w+)\b/g;

export function trimPlan(plan: EvaluationPlan, select: string): EvaluationPlan {
  const needed = new Set(columnsIn(select));
  for (const node of [...plan.nodes].sort((a, b) => b.level - a.level)) {
    if (needed.has(node.alias)) for (const column of columnsIn(node.sql)) needed.add(column);
  }
  const isNeeded = ({ alias }: { readonly alias: string }) => needed.has(alias);
  const nodes = plan.nodes.filter(isNeeded);
  const read = [select, ...[...nodes, ...plan.starts].map(({ sql }) => sql)].join('\n');
  const histories = new Set(read.match(HISTORY) ?? []);
  const asksChampion = [...histories].some((column) => column.startsWith('champion_'));
  return {
    ...plan,
    nodes,
    histories,
    champion: { ...plan.champion, asked: plan.champion.asked && asksChampion },
    reductions: plan.reductions.filter(isNeeded),
    preparations: plan.preparations.filter(isNeeded),
  };
}

const columnsIn = (sql: string): readonly string[] => sql.match(COLUMN) ?? [];
