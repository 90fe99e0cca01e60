// An aggregate over the days of a series, as a column below the first level. Equal ones are one column.
import type { Anchor, DayRange, Reduction } from '../metric.ts';
import type { Filter } from '../series.ts';
import { sqlBoth } from '../sql-both.ts';
import type { Window } from '../window.ts';
import { type Compilation, type NeededSeries, stringRef } from './compilation.ts';
import { emitTest } from './emit-test.ts';
import { jsonToText, traitInForce } from './emit-trait.ts';
import { emitWindowEnd, emitWindowStart } from './emit-window.ts';

interface ReductionPlace {
  readonly series: NeededSeries;
  readonly users: Filter;
  readonly reduction: Reduction;
  readonly anchor: Anchor;
}

export function emitReduction(compilation: Compilation, place: ReductionPlace): string {
  const { series, users, anchor } = place;
  const { aggregate, parameters = '', of, window } = place.reduction;
  const perUser = series.definition.perUser;
  const tests = users.length === 0 ? [] : [userTest(compilation, users, anchor)];
  const condition = sqlBoth([`series_id = ${series.id}`, ...days(compilation, window, anchor), ...tests]);
  // A day has several rows where users are kept apart.
  const counted = of === undefined && perUser;
  const name = counted ? 'uniqExact' : aggregate;
  const argument = counted ? 'day_number, ' : of === undefined ? '' : `${of}, `;
  const sql = `${name}If${parameters}(${argument}${condition})`;
  const key = `${perUser ? 'users' : 'days'} ${sql}`;
  const known = compilation.reductions.get(key);
  if (known !== undefined) return known.alias;
  const alias = `r${compilation.reductions.size}`;
  compilation.reductions.set(key, { alias, sql, series: series.id, perUser });
  return alias;
}

function days(compilation: Compilation, window: Window | DayRange, anchor: Anchor): readonly string[] {
  if (window.kind === 'range') return [`day_number >= ${window.first}`, `day_number <= ${window.last}`];
  const start = emitWindowStart(compilation, window, anchor);
  const since = start === undefined ? [] : [`day_number >= ${start}`];
  return [...since, `day_number <= ${emitWindowEnd(window, anchor)}`];
}

/** SQL over the rows of users' days: 1 for users of whom all tests hold as things stand at the anchor. */
function userTest(compilation: Compilation, users: Filter, anchor: Anchor): string {
  const sql = testsOver(compilation, users, (trait) => {
    compilation.userTraits.add(trait);
    stringRef(compilation, trait);
    const history = `user_trait_${[...compilation.userTraits].indexOf(trait)}`;
    return traitInForce(compilation, history, anchor);
  });
  const known = compilation.userTests.get(sql)?.alias;
  const alias = known ?? `user_test_${compilation.userTests.size}`;
  const ofNobody = testsOver(compilation, users, () => `''`);
  compilation.userTests.set(sql, { alias, sql, ofNobody });
  return `(${alias} = 2 OR ${alias} = 0 AND ${ofNobody})`;
}

function testsOver(compilation: Compilation, users: Filter, json: (trait: string) => string): string {
  const tests = users.map(({ property, test }) => {
    const text = `arrayMap(json -> ${jsonToText('json')}, [${json(property.slice('user.'.length))}])`;
    const holds = emitTest(compilation, { sql: 'text', type: 'text' }, test);
    return `ifNull(arrayMap(text -> ${holds}, ${text})[1], 0)`;
  });
  return `(${tests.join(' AND ')})`;
}
