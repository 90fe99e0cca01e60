// Which names an editor is to offer: those that the files define and mention, and those that were seen.
import { expect, test } from 'vitest';
import { collectNames } from '../../../../src/rules/schema/collect-names.ts';
import { RULES } from './rule-schema.ts';

const collect = (text: string, seen = {}) => collectNames({ 'rules.yaml': text }, seen);

test('definitions come with what they say, on one line', () => {
  const names = collect(`${RULES}
  quiet:
    kind: churn_risk   # the customer may leave
    when:
      messages: {lt: 5}
`);
  expect(names.metrics).toEqual(new Map([['messages', '{count: message_sent, window: 30d}']]));
  expect(names.rules.get('quiet')).toBe('kind: churn_risk when: messages: {lt: 5}');
  expect(names.bands).toEqual(new Map([['adoption', ['poor', 'good']]]));
});

test('a definition that is long is cut', () => {
  const names = collect(`segments: {s: {account.plan: {in: [${'enterprise, '.repeat(50)}team]}}}`);
  expect(names.segments.get('s')).toHaveLength(161);
});

test('events that were seen come first, with how often; then those that only the rules name', () => {
  const rules = `metrics:
  a: {count: [imported, message_sent], window: ever}
  b: {sum: rows, of: report_exported, window: ever}
  c: {users: any, window: ever}
  d: {sequence: [signed_up, [imported, account_linked], any], within: 7d, window: ever}
rules:
  r: {kind: pql, when: true, outcome: {event: paid, within: 30d}}
`;
  expect([...collect(rules, { events: new Map([['message_sent', 7]]) }).events]).toEqual([
    ['message_sent', 7],
    ['account_linked', undefined],
    ['imported', undefined],
    ['paid', undefined],
    ['report_exported', undefined],
    ['signed_up', undefined],
  ]);
});

test('traits are those that were seen and those that the rules ask for', () => {
  const rules = `metrics:
  a: {ratio: [b, account.seats]}
  b: {count: any, where: {user.role: owner}, window: ever}
rules:
  r: {kind: pql, when: {account.plan: free, account.age_days: {gte: 3}}, say: "{account.name} of { account.city }: {account.mrr:number}"}
`;
  const names = collect(rules, { accountTraits: ['industry', 'plan'] });
  expect(names.accountTraits).toEqual(['industry', 'plan', 'city', 'mrr', 'name', 'seats']);
  expect(names.userTraits).toEqual(['role']);
});

test('a file with mistakes gives the names that can be read', () => {
  expect([...collect('metrics:\n  a: {count: x, widow: 3}\n  b: [\n', {}).metrics.keys()]).toEqual([]);
  expect([...collect('metrics:\n  a: {count: x, widow: 3}\n  B: 1\nruels: {}\n').metrics.keys()]).toEqual([
    'a',
  ]);
});
