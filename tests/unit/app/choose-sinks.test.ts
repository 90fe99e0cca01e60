// Who hears of a rule's signals.
import { expect, test } from 'vitest';
import { chooseSinks } from '../../../src/app/choose-sinks.ts';
import type { SinkName } from '../../../src/model/ids.ts';
import type { Notify, Rule } from '../../../src/rules/rule.ts';

const routes = new Map([['pql', ['crm', 'sdr_queue'] as SinkName[]]]);

const rule = (change: Partial<Pick<Rule, 'stage' | 'kind' | 'notify'>> = {}) => ({
  stage: 'live' as const,
  kind: 'pql',
  notify: undefined,
  ...change,
});

const notify = (sink: string, change: Partial<Notify> = {}): Notify => ({
  sink,
  states: undefined,
  repeatDays: undefined,
  ...change,
});

const names = (chosen: ReturnType<typeof chooseSinks>) => chosen.map(({ sink }) => sink);

test('a rule without notify goes where its kind is routed', () => {
  expect(names(chooseSinks(rule(), routes))).toEqual(['crm', 'sdr_queue']);
});

test("a rule's own notify wins over the route, with its states and its repeat", () => {
  const own = [notify('slack', { states: ['open'], repeatDays: 14 })];
  expect(chooseSinks(rule({ notify: own }), routes)).toEqual(own);
});

test('a rule that notifies nobody, and a kind that is not routed, go nowhere', () => {
  expect(chooseSinks(rule({ notify: [] }), routes)).toEqual([]);
  expect(chooseSinks(rule({ kind: 'onboarding' }), routes)).toEqual([]);
});

test.each(['shadow', 'draft'] as const)('a rule in stage %s is sent nowhere', (stage) => {
  expect(chooseSinks(rule({ stage, notify: [notify('crm')] }), routes)).toEqual([]);
});

test('a rule that is gone has no sinks of its own', () => {
  expect(chooseSinks(undefined, routes)).toEqual([]);
});
