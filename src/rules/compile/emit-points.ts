// Points of one part as SQL of type Nullable(Float64): null where the part is missing.
import type { Anchor } from '../metric.ts';
import type { PointsWhen, ScorePart } from '../score.ts';
import { sqlNumber } from '../sql-number.ts';
import type { Compilation } from './compilation.ts';
import type { PlanNode } from './plan.ts';

interface EmittedPoints {
  readonly sql: string;
  readonly reads: readonly PlanNode[];
}

export function emitPoints(compilation: Compilation, part: ScorePart, anchor: Anchor): EmittedPoints {
  const { scoring } = part;
  const weight = sqlNumber(part.weight);
  switch (scoring.kind) {
    case 'when':
      return emitEarned(compilation, [{ points: part.weight, when: scoring.when }], anchor);
    case 'points':
      return emitEarned(compilation, scoring.points, anchor);
    case 'linear': {
      const value = compilation.emit.number(scoring.subject, anchor);
      const share = `(${value.alias} - ${sqlNumber(scoring.from)}) / ${sqlNumber(scoring.to - scoring.from)}`;
      // `least` and `greatest` pass over nulls.
      const sql = `if(isNull(${value.alias}), NULL, ${weight} * least(greatest(${share}, 0.), 1.))`;
      return { sql, reads: [value] };
    }
    case 'steps': {
      const value = compilation.emit.number(scoring.subject, anchor);
      const cases = [...scoring.steps]
        .reverse()
        .map((step) => `${value.alias} >= ${sqlNumber(step.at)}, ${sqlNumber(step.points)}, `);
      return {
        sql: `multiIf(isNull(${value.alias}), NULL, ${cases.join('')}toFloat64(0))`,
        reads: [value],
      };
    }
  }
}

/** From the most points down: what stands before the first that holds must be known to be false. */
function emitEarned(compilation: Compilation, parts: readonly PointsWhen[], anchor: Anchor): EmittedPoints {
  const earned = parts.map(({ points, when }) => {
    const condition = compilation.emit.condition(when, anchor);
    const { alias } = condition;
    return { condition, sql: `${alias} = 0, NULL, ${alias} = 1, ${sqlNumber(points)}, ` };
  });
  return {
    sql: `multiIf(${earned.map(({ sql }) => sql).join('')}toFloat64(0))`,
    reads: earned.map(({ condition }) => condition),
  };
}
