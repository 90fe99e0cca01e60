import { describe, expect, it } from 'vitest';
import type { AccountId } from '../../../src/model/ids.ts';
import { UTC } from '../../../src/model/time.ts';
import { compileRuleset } from '../../../src/rules/compile/compile-ruleset.ts';
import { buildEvidence, readFacts } from '../../../src/scoring/read-facts.ts';
import { formatValue, writeSentence } from '../../../src/scoring/write-sentence.ts';
import { rulesetOf } from '../rules/rule-files.ts';

const rules = (say: string) => `
metrics:
  messages: {count: message_sent, window: ever}
  people:   {users: any, window: 14d}
  seat_use: {ratio: [people, account.seats]}
rules:
  busy:
    kind: pql
    owner: growth
    outcome: {event: subscription_started, within: 30d}
    when: {messages: {gte: 2000}, seat_use: {gte: 0.5}}
    severity: {critical: {messages: {gte: 9000}}, high: {messages: {gte: 5000}}}
    ${say}
`;

/** A row in which messages, people and seat use are the given values, and the account is called Acme. */
function evaluated(
  say: string,
  values: readonly (number | null)[],
  outcomes: Readonly<Record<string, 'true' | 'false' | 'unknown'>> = {},
) {
  const ruleset = rulesetOf(rules(say));
  const plan = compileRuleset(ruleset, { timezone: UTC });
  const rule = ruleset.rules.get('busy');
  const layout = plan.layout.rules.get('busy');
  if (rule === undefined || layout === undefined) throw new Error('the rule is missing');
  const name = plan.layout.traits.get('name');
  const row = {
    metrics: values,
    texts: Array.from({ length: plan.layout.texts }, (_, index) => (index === name?.index ? 'Acme' : null)),
    outcomes: Array.from({ length: plan.layout.outcomes }, (_, index) => {
      const leaf = layout.leaves.find(({ outcome }) => outcome === index);
      const severity = layout.severity.find(({ outcome }) => outcome === index);
      return outcomes[leaf?.subject ?? severity?.severity ?? 'when'] ?? 'false';
    }),
    scores: [],
  };
  return {
    sentence: writeSentence(plan, { rule, accountId: 'acme' as AccountId, row }),
    evidence: buildEvidence(plan, row, layout),
    facts: readFacts(row, layout),
  };
}

describe('the sentence of a signal', () => {
  it('puts values in their places, each in the format asked for', () => {
    const say =
      'say: "{account.name} sent {messages:number} messages ({messages}), {seat_use:percent} of seats"';
    expect(evaluated(say, [1_234_567.891, 3, 0.256]).sentence).toBe(
      'Acme sent 1,234,567.89 messages (1234567.89), 26% of seats',
    );
  });

  it('prints what is missing as a dash', () => {
    expect(evaluated('say: "{account.plan}: {seat_use:percent}, {people}"', [1, null, null]).sentence).toBe(
      '–: –, –',
    );
  });

  it('is made from the leaves that hold when the rule has none', () => {
    const { sentence } = evaluated('', [2500, 3, 0.2], { messages: 'true', seat_use: 'false' });
    expect(sentence).toBe('Acme: messages is 2500 (gte 2000)');
  });

  it('says what holds no longer when the episode is over', () => {
    expect(evaluated('', [1500, 3, 0.2]).sentence).toBe(
      'Acme: messages is 1500 (no longer gte 2000), seat_use is 0.2 (no longer gte 0.5)',
    );
  });

  it('keeps decimals apart from thousands', () => {
    expect(formatValue(1234.5678, 'number')).toBe('1,234.57');
    expect(formatValue(-98765, 'number')).toBe('-98,765');
    expect(formatValue('12 Main St', 'number')).toBe('12 Main St');
  });
});

describe('what the evaluator found', () => {
  it('carries every leaf with its value, test and outcome as evidence', () => {
    expect(evaluated('', [2500, 3, null], { messages: 'true', seat_use: 'unknown' }).evidence.leaves).toEqual(
      [
        { subject: 'messages', value: 2500, test: 'gte 2000', outcome: 'true' },
        { subject: 'seat_use', value: null, test: 'gte 0.5', outcome: 'unknown' },
      ],
    );
  });

  it('takes the most severe that is certainly true, and medium when none is', () => {
    const severity = (outcomes: Parameters<typeof evaluated>[2]) =>
      evaluated('', [1, 1, 1], outcomes).facts.severity;
    expect(severity({ critical: 'true', high: 'true' })).toBe('critical');
    expect(severity({ critical: 'unknown', high: 'true' })).toBe('high');
    expect(severity({})).toBe('medium');
  });
});
