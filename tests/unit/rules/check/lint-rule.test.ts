// Warnings about rules that can be read but will disappoint, beside those that the golden files hold.
import { expect, test } from 'vitest';
import { readRuleset } from '../../../../src/rules/read-ruleset.ts';

const METRICS = `metrics:
  messages: {count: message_sent, window: 30d}
  all_time: {count: message_sent, window: ever}
  fading: {count: message_sent, window: ever, half_life: 14d}
  idle: {days_since_last: any}
  known_days: {days_since_first: any}
  per_seat: {ratio: [messages, account.seats]}
  share: {ratio: [all_time, account.seats]}
  rise: {change: all_time, over: 28d}
`;

function codes(rule: string, testedRules?: ReadonlySet<string>): readonly string[] {
  const files = { 'a.yaml': `${METRICS}rules:\n  r: {kind: x, ${rule}}\n` };
  const { ruleset, problems } = readRuleset(files, { testedRules });
  expect(ruleset).toBeDefined();
  return problems.map(({ code }) => code).filter((code) => code !== 'L006');
}
const draft = (rule: string) => codes(`stage: draft, ${rule}`);

test.each(['messages: {gte: 5}', 'per_seat: {gte: 5}', 'rise: {gte: 0.5}', 'fading: {gte: 5}'])(
  'a rule over {%s} can flap, and cannot with keep_open or resolve_when',
  (leaf) => {
    expect(draft(`when: {${leaf}}`)).toEqual(['L001']);
    expect(draft(`when: {${leaf}}, keep_open: 1d`)).toEqual([]);
    expect(draft(`when: {${leaf}}, resolve_when: {${leaf.replace(/gte: [\d.]+/, 'lt: 0.1')}}`)).toEqual([]);
  },
);

test.each([
  'all_time: {gte: 5}',
  'share: {gte: 5}',
  'known_days: {gte: 5}',
  'account.plan: free',
  'idle: {lte: 3}',
])('a rule over {%s} cannot flap', (leaf) => {
  expect(draft(`when: {${leaf}}`)).toEqual([]);
});

test('a live rule needs an outcome, an owner and, where tests were looked for, a test', () => {
  const when = 'when: {all_time: {gte: 5}}';
  expect(codes(when)).toEqual(['L003', 'L004']);
  expect(codes(when, new Set())).toEqual(['L003', 'L004', 'L010']);
  expect(codes(when, new Set(['r']))).toEqual(['L003', 'L004']);
  expect(codes(`stage: shadow, ${when}`, new Set())).toEqual([]);
});

const hintsOf = (rule: string): readonly (string | undefined)[] =>
  readRuleset({ 'a.yaml': `${METRICS}rules:\n  r: {kind: x, stage: draft, ${rule}}\n` }, {})
    .problems.filter(({ code }) => code === 'L001')
    .map(({ hint }) => hint);

test.each([
  ['messages: {gte: 5}', 'a lower bound'],
  ['messages: {gt: 5}', 'a lower bound'],
  ['messages: {lt: 5}', 'a higher bound'],
  ['rise: {lte: -0.3}', 'a higher bound'],
  ['messages: {between: [1, 5]}', 'another bound'],
  ['messages: 0', 'another bound'],
  ['none: [{messages: {lt: 5}}]', 'another bound'],
  ['messages: {lt: 5}, none: [{account.plan: free}]', 'a higher bound'],
])('a rule over {%s} that can flap is to resolve with %s', (leaf, bound) => {
  expect(hintsOf(`when: {${leaf}}`)).toEqual([`add resolve_when with ${bound}, or keep_open: 3d`]);
});

test('a change of more than 500 % is asked about wherever it stands, and less is believed', () => {
  expect(draft('when: {rise: {gte: 4.5}}, keep_open: 3d')).toEqual([]);
  expect(draft('when: {rise: {gte: 5}}, keep_open: 3d')).toEqual(['L007']);
  expect(draft('when: {all_time: {gte: 5}}, resolve_when: {rise: {lte: -20}}')).toEqual(['L007']);
  expect(draft('when: {all_time: {gte: 5}}, severity: {high: {rise: {gte: 25}}}')).toEqual(['L007']);
});
