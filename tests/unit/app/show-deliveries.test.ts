// What the page is told of each sink: the reason for not sending is never left out.
import { expect, test } from 'vitest';
import type { DeliveryRules } from '../../../src/app/delivery-plan.ts';
import { showDeliveries, whyUnrouted } from '../../../src/app/show-deliveries.ts';
import type { DeliveryRecord } from '../../../src/model/delivery.ts';
import type { SinkName } from '../../../src/model/ids.ts';
import type { EpochMicros } from '../../../src/model/time.ts';
import { readRuleset } from '../../../src/rules/read-ruleset.ts';
import type { Episode } from '../../../src/store/delivery/load-episodes.ts';
import { buildAttempt, buildSignal, NOW, SINK } from '../sinks/build-signal.ts';

function buildRules(change: Partial<DeliveryRules> = {}, extra = ''): DeliveryRules {
  const text = `rules:\n  team_hits_2000_messages: {kind: pql, when: {account.plan: free}${extra}}\n`;
  return {
    ruleset: readRuleset({ 'pql.yaml': text }, {}).ruleset,
    routes: new Map([['pql', [SINK]]]),
    sinkSince: new Map([[SINK, 0 as EpochMicros]]),
    releases: new Map(),
    deliverOpen: false,
    retryRejectedBefore: 0 as EpochMicros,
    ...change,
  };
}

const buildEpisode = (change: Partial<Episode> = {}): Episode =>
  ({ ...buildSignal(), state: 'open', ...change }) as Episode;

const show = (
  episode: Partial<Episode>,
  rules: DeliveryRules = buildRules(),
  records: readonly DeliveryRecord[] = [],
): readonly string[] =>
  showDeliveries(buildEpisode(episode), records, { rules, now: NOW }).map(
    ({ sink, outcome, reason }) => `${sink} ${outcome} ${reason}`,
  );

test('what is about to be sent waits', () => {
  expect(show({})).toEqual(['crm waiting opened']);
});

test.each<[string, Partial<Episode>, DeliveryRules]>([
  ['silent', { silent: true }, buildRules()],
  ['held', { held: true }, buildRules()],
  ['baseline', { baseline: true }, buildRules()],
  ['past_close', { past: true }, buildRules()],
  ['before_sink', {}, buildRules({ sinkSince: new Map([[SINK, NOW]]) })],
  ['state_not_wanted', {}, buildRules({}, ', notify: [{sink: crm, states: [resolved]}]')],
  ['no_such_sink', {}, buildRules({ sinkSince: new Map() })],
])('%s is the reason that is shown', (reason, episode, rules) => {
  expect(show(episode, rules)).toEqual([`crm not_sent ${reason}`]);
});

test('what was sent is shown as it went, also to a sink that is gone', () => {
  expect(show({}, buildRules(), buildAttempt(1, 'delivered'))).toEqual(['crm delivered opened']);
  const gone = buildRules({ sinkSince: new Map() });
  expect(show({}, gone, buildAttempt(1, 'delivered'))).toEqual(['crm delivered opened']);
  expect(show({}, gone, buildAttempt(1, 'transient'))).toEqual(['crm not_sent no_such_sink']);
});

test('without any sink the reason is the way to one', () => {
  const why = (rules: DeliveryRules) => whyUnrouted(buildEpisode(), [], rules);
  expect(why(buildRules({ routes: new Map() }))).toBe('no_route');
  expect(why(buildRules({}, ', notify: []'))).toBe('notify_none');
  expect(why(buildRules({}, ', stage: shadow'))).toBe('not_live');
  expect(why(buildRules({ ruleset: undefined }))).toBe('rule_gone');
  const waiting = {
    sink: 'crm' as SinkName,
    outcome: 'waiting',
    remoteId: null,
    at: null,
    reason: '',
  } as const;
  expect(whyUnrouted(buildEpisode(), [waiting], buildRules())).toBeNull();
});
