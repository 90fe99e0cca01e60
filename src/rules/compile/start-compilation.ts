// The beginning and the end of a compilation: nothing found yet, and all that was found as a plan.
import type { TimeZone } from '../../model/time.ts';
import type { Ruleset } from '../ruleset.ts';
import { championSeries } from './champion-series.ts';
import type { Compilation } from './compilation.ts';
import { emitCondition } from './emit-condition.ts';
import { emitNumber, emitSubject } from './emit-subject.ts';
import type { EvaluationPlan } from './plan.ts';
import { startReachDays } from './reach-days.ts';

export function startCompilation(ruleset: Ruleset, timezone: TimeZone): Compilation {
  const compilation: Compilation = {
    emit: {
      subject: (subject, anchor) => emitSubject(compilation, subject, anchor),
      number: (subject, anchor) => emitNumber(compilation, subject, anchor),
      condition: (condition, anchor) => emitCondition(compilation, condition, anchor),
      reachDays: startReachDays(ruleset),
    },
    ruleset,
    timezone,
    nodes: new Map(),
    series: new Map(),
    reductions: new Map(),
    userTests: new Map(),
    preparations: new Map(),
    traits: new Set(),
    userTraits: new Set(),
    starts: new Map(),
    signals: new Set(),
    champion: { asked: false, kept: false, lastActive: new Map(), traits: new Set() },
    strings: new Map(),
  };
  return compilation;
}

/** `columns` and `layout` say where a result row holds what. */
export const finishPlan = (
  compilation: Compilation,
  columns: EvaluationPlan['columns'],
  layout: EvaluationPlan['layout'],
): EvaluationPlan => ({
  ruleset: compilation.ruleset,
  timezone: compilation.timezone,
  series: [...compilation.series.values()],
  reductions: [...compilation.reductions.values()],
  userTests: [...compilation.userTests.values()],
  preparations: [...compilation.preparations.values()],
  champion: planChampion(compilation),
  starts: [...compilation.starts].map(([sql, alias]) => ({ alias, sql })),
  userTraits: [...compilation.userTraits],
  nodes: [...compilation.nodes.values()],
  traits: [...compilation.traits],
  signals: [...compilation.signals],
  strings: [...compilation.strings.keys()],
  columns,
  layout,
});

function planChampion({ champion, timezone }: Compilation): EvaluationPlan['champion'] {
  const { activity, invitations } = championSeries(timezone);
  return {
    asked: champion.asked,
    lastActive: [...champion.lastActive].map(([sql, column]) => ({ ...column, sql })),
    traits: [...champion.traits],
    series: champion.kept ? [activity, invitations] : [],
  };
}
