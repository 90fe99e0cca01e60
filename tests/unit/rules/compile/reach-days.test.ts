// How far back a score looks: as far as anything that it is made of.
import { expect, it } from 'vitest';
import { startReachDays } from '../../../../src/rules/compile/reach-days.ts';
import { rulesetOf } from '../rule-files.ts';

it.each([
  ['a part', 'parts: {p: {weight: 100, metric: {count: a, window: 30d}, from: 0, to: 5}}', 30],
  ['points', 'parts: {p: {weight: 100, points: {5: {recent: {gte: 1}}, 2: {longer: {gte: 1}}}}}', 60],
  ['who', 'parts: {p: {weight: 100, when: {recent: {gte: 1}}}}\n    who: {longer: {gte: 1}}', 60],
  ['caps', 'parts: {p: {weight: 100, when: true}}\n    caps: [{when: {longer: {lt: 1}}, at: 5}]', 60],
])('%s', (_, lines, days) => {
  const ruleset = rulesetOf(`metrics:
  recent: {count: a, window: 7d}
  longer: {count: a, window: 60d}
scores:
  near:
    parts: {p: {weight: 100, metric: recent, from: 0, to: 5}}
    bands: {poor: 0, good: 50}
  s:
    ${lines}
    bands: {poor: 0, good: 50}
grades:
  lead: {fit: near, usage: s}
rules:
  used: {kind: pql, stage: draft, when: {recent: {gte: 1}, longer: {gte: 1}}}
`);
  const reach = startReachDays(ruleset);
  expect(reach({ kind: 'score', name: 's' })).toBe(days);
  expect(reach({ kind: 'band', name: 's' })).toBe(days);
  expect(reach({ kind: 'grade', name: 'lead' })).toBe(days);
});
