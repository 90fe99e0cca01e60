// What may be asked of an account's champion, as of an anchor: all of it null where there is none.
import type { Anchor, ChampionField } from '../metric.ts';
import {
  anchorKey,
  anchorSql,
  type Compilation,
  nodeFor,
  type SubjectValue,
  stringRef,
} from './compilation.ts';
import { jsonToText, traitInForce } from './emit-trait.ts';
import type { PlanNode } from './plan.ts';
import { reachOfAnchor } from './reach-of-metric.ts';

export function emitChampion(compilation: Compilation, field: ChampionField, anchor: Anchor): SubjectValue {
  const champion = emitState(compilation, anchor);
  const { alias } = champion;
  const text = (key: string, sql: string, ...reads: readonly PlanNode[]): SubjectValue => ({
    node: nodeFor(compilation, `champion ${key} ${anchorKey(anchor)}`, () => ({
      sql,
      reads: [champion, ...reads],
    })),
    type: 'text',
  });
  switch (field) {
    case 'idle_days':
      return { node: emitIdleDays(compilation, champion, anchor), type: 'number' };
    case 'changed':
      return text(
        field,
        `multiIf(${alias}.2 = '', NULL, ${alias}.1 = ${closeOf(anchor)} AND ${alias}.3, 'true', 'false')`,
      );
    case 'user_id':
      return text(field, `nullIf(${alias}.2, '')`);
    case 'email':
    case 'role': {
      const trait = emitTraitOfChampion(compilation, field, champion, anchor);
      return { node: trait, type: 'text' };
    }
    case 'name': {
      const name = emitTraitOfChampion(compilation, 'name', champion, anchor);
      const email = emitTraitOfChampion(compilation, 'email', champion, anchor);
      return text('called', `coalesce(${name.alias}, ${email.alias}, nullIf(${alias}.2, ''))`, name, email);
    }
  }
}

/** In a tick the champion is that of the last close. */
const closeOf = (anchor: Anchor): string => (anchor.kind === 'T' ? 'closed_day' : anchorSql(anchor));

/** Tuple of the day since which it has been so, the champion's user id or '', and whether they took over then. */
function emitState(compilation: Compilation, anchor: Anchor): PlanNode {
  compilation.champion.asked = true;
  return nodeFor(compilation, `champion ${anchorKey(anchor)}`, () => ({
    sql: championAt(closeOf(anchor)),
    reads: [],
  }));
}

const championAt = (day: string): string =>
  `arrayElement(arrayFilter(h -> h.1 <= ${day}, champion_history), -1)`;

function emitIdleDays(compilation: Compilation, champion: PlanNode, anchor: Anchor): PlanNode {
  const { lastActive } = compilation.champion;
  const day = anchorSql(anchor);
  const sql = `maxOrNullIf(day_number, day_number <= ${day} AND user_id = ${championAt(closeOf(anchor))}.2)`;
  const { alias } = lastActive.get(sql) ?? { alias: `champion_active_${lastActive.size}` };
  lastActive.set(sql, { alias, reachDays: reachOfAnchor(anchor) });
  return nodeFor(compilation, `champion idle ${anchorKey(anchor)}`, () => ({
    sql: `if(${champion.alias}.2 = '', NULL, toFloat64(${day} - ${alias}))`,
    reads: [champion],
  }));
}

function emitTraitOfChampion(
  compilation: Compilation,
  trait: string,
  champion: PlanNode,
  anchor: Anchor,
): PlanNode {
  const { traits } = compilation.champion;
  stringRef(compilation, trait);
  traits.add(trait);
  const column = `champion_trait_${[...traits].indexOf(trait)}`;
  const own = `arrayFilter(t -> t.4 = ${champion.alias}.2, ${column})`;
  const json = nodeFor(compilation, `champion ${trait}-json ${anchorKey(anchor)}`, () => ({
    sql: traitInForce(compilation, own, anchor),
    reads: [champion],
  }));
  return nodeFor(compilation, `champion ${trait} ${anchorKey(anchor)}`, () => ({
    sql: jsonToText(json.alias),
    reads: [json],
  }));
}
