// Who hears of a signal at which close: the delivery loop's own decision.
import { describe, expect, test } from 'vitest';
import { notifySinks } from '../../../../src/app/rule-tests/notify-sinks.ts';
import type { AccountId, EpisodeId, RuleName, SinkName } from '../../../../src/model/ids.ts';
import type { Transition } from '../../../../src/model/signal.ts';
import { type Day, endOfDay, millisToMicros, UTC } from '../../../../src/model/time.ts';
import { readRuleset } from '../../../../src/rules/read-ruleset.ts';
import type { Rule } from '../../../../src/rules/rule.ts';

function ruleOf(more: string): Rule {
  const { ruleset } = readRuleset({ 'r.yaml': `rules:\n  busy: {kind: pql, when: true${more}}` }, {});
  const rule = ruleset?.rules.get('busy');
  if (rule === undefined) throw new Error('the rule does not read');
  return rule;
}

let steps = 0;

function step(day: string, from: Transition['from'], to: Transition['to'], more: Partial<Transition> = {}) {
  const at = endOfDay(day as Day, UTC);
  return {
    accountId: 'acme' as AccountId,
    rule: 'busy' as RuleName,
    step: ++steps,
    openings: 1,
    episode: 'e1' as EpisodeId,
    from,
    to,
    at,
    day: day as Day,
    since: day as Day,
    missingSince: undefined,
    evaluatedAt: millisToMicros(at),
    reason: 'condition' as const,
    severity: 'medium' as const,
    kind: 'pql',
    sentence: '',
    evidence: { leaves: [], scores: {}, traits: {} },
    held: false,
    silent: false,
    ruleHash: '',
    rulesetHash: '',
    ...more,
  };
}

const ROUTES = new Map([['pql', ['crm' as SinkName]]]);

function told(
  rule: Rule,
  ...transitions: readonly Transition[]
): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(
    notifySinks({ rule, transitions, routes: ROUTES, timezone: UTC, to: '2025-06-30' as Day }),
  );
}

describe('sinks hear', () => {
  test('of an opening, a rise and the end, each at its close', () => {
    const transitions = [
      step('2025-06-01', 'none', 'pending'),
      step('2025-06-02', 'pending', 'open'),
      step('2025-06-05', 'open', 'open', { severity: 'high' }),
      step('2025-06-09', 'open', 'recovering', { severity: 'high' }),
      step('2025-06-12', 'recovering', 'resolved', { severity: 'high' }),
    ];
    expect(told(ruleOf(''), ...transitions)).toEqual({
      '2025-06-02': ['crm'],
      '2025-06-05': ['crm'],
      '2025-06-12': ['crm'],
    });
  });

  test('by what the rule says, before the route of its kind', () => {
    const rule = ruleOf(', notify: [alerts, {sink: digest, repeat: 14d, states: [open]}]');
    const transitions = [step('2025-06-02', 'none', 'open'), step('2025-06-20', 'open', 'resolved')];
    expect(told(rule, ...transitions)).toEqual({
      '2025-06-02': ['alerts', 'digest'],
      '2025-06-16': ['digest'],
      '2025-06-20': ['alerts'],
    });
  });

  test('nothing of what is silent, held, or of a rule in shadow', () => {
    const opening = (more: Partial<Transition>) => step('2025-06-02', 'none', 'open', more);
    expect(told(ruleOf(''), opening({ silent: true }))).toEqual({});
    expect(told(ruleOf(''), opening({ held: true }))).toEqual({});
    expect(told(ruleOf(', stage: shadow'), opening({}))).toEqual({});
  });

  test('of each episode on its own', () => {
    const second = { episode: 'e2' as EpisodeId };
    const transitions = [
      step('2025-06-02', 'none', 'open'),
      step('2025-06-03', 'open', 'resolved'),
      step('2025-06-05', 'resolved', 'none'),
      step('2025-06-05', 'none', 'open', second),
    ];
    expect(told(ruleOf(''), ...transitions)).toEqual({
      '2025-06-02': ['crm'],
      '2025-06-03': ['crm'],
      '2025-06-05': ['crm'],
    });
  });
});
