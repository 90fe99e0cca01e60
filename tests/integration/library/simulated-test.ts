// The simulated history of the demo as one test of rules, so that all its closes are evaluated in one pass.
import { createAccounts, type SimulationOptions } from '../../../demo/simulation/create-accounts.ts';
import type { SimulatedEvent } from '../../../demo/simulation/event.ts';
import { simulateHistory } from '../../../demo/simulation/simulate-history.ts';
import type { RuleName } from '../../../src/model/ids.ts';
import { type EpochMillis, UTC } from '../../../src/model/time.ts';
import type { RuleTest, SignalCheck, TestEvent } from '../../../src/rules/test-file/rule-test.ts';

const position = { file: 'simulated.test.yaml', line: 1, column: 1, length: 1 };

/** Expects on the last day that no account has a signal of these rules: what has one, or had, is a failure. */
export function simulatedTest(options: SimulationOptions, rules: readonly RuleName[]): RuleTest {
  // Some are sent twice under the same id.
  const sent = new Map([...simulateHistory(options)].map((event) => [event.id, event]));
  const names = createAccounts(options).map(({ id }) => id);
  const checks = rules.map((rule): SignalCheck => expectNothing(rule));
  return {
    name: 'the simulated history',
    position,
    timezone: UTC,
    accounts: new Map(names.map((name) => [name, { traits: {}, firstSeen: undefined }])),
    users: new Map(),
    events: [...sent.values()].flatMap(toTestEvents),
    expectations: names.map((account) => ({ day: options.lastDay, account, checks })),
  };
}

const expectNothing = (rule: RuleName): SignalCheck => ({
  kind: 'signal',
  rule,
  position,
  state: 'none',
  severity: undefined,
  because: [],
  say: undefined,
  notified: undefined,
});

function toTestEvents(event: SimulatedEvent): readonly TestEvent[] {
  const at = Date.parse(event.timestamp) as EpochMillis;
  if (event.type === 'identify')
    return [{ kind: 'user_traits', user: event.user_id, traits: event.traits, at }];
  if (event.type === 'track') {
    const when = { kind: 'instant' as const, at };
    const { account_id: account, user_id, event: name, properties } = event;
    return [{ kind: 'usage', account, users: [user_id], event: name, properties, when }];
  }
  const { account_id: account, user_id: user, traits } = event;
  const joins: TestEvent[] = user === undefined ? [] : [{ kind: 'joins', account, user, at }];
  const described = Object.keys(traits).length > 0;
  return described ? [{ kind: 'account_traits', account, traits, at }, ...joins] : joins;
}
