import { describe, expect, it } from 'vitest';
import { mayOpenAfter, openedBy } from '../../../src/rules/opened-by.ts';
import { readRuleset } from '../../../src/rules/read-ruleset.ts';

const METRICS = `
metrics:
  messages: {count: message_sent, window: 7d}
  any_events: {count: any, window: 7d}
  people: {members: any}
  per_seat: {ratio: [messages, account.seats]}
  since_start: {count: message_sent, window: since account.started}
segments:
  free: {account.plan: free}
`;

function opens(rule: string, changed: readonly string[]): boolean {
  const text = `${METRICS}rules:\n  tested: {kind: pql, ${rule}}\n`;
  const { ruleset, problems } = readRuleset({ 'rules.yaml': text }, {});
  const tested = ruleset?.rules.get('tested');
  if (ruleset === undefined || tested === undefined)
    throw new Error(problems.map((p) => p.message).join('\n'));
  return mayOpenAfter(openedBy(tested, ruleset), new Set(changed));
}

describe('a rule over events', () => {
  it('opens after these, and not after others', () => {
    expect(opens('when: {messages: {gte: 3}}', ['message_sent'])).toBe(true);
    expect(opens('when: {messages: {gte: 3}}', ['login', 'page_viewed'])).toBe(false);
    expect(opens('when: {any_events: {gte: 3}}', ['login'])).toBe(true);
    expect(opens('when: {per_seat: {gte: 3}}', ['message_sent'])).toBe(true);
    expect(opens('when: {per_seat: {gte: 3}}', ['login'])).toBe(false);
  });

  it('opens after what is stated only when it asks for a trait or for members', () => {
    expect(opens('when: {messages: {gte: 3}}', [''])).toBe(false);
    expect(opens('when: {messages: {gte: 3}}', ['*'])).toBe(false);
    expect(opens('who: {segment: free}, when: {messages: {gte: 3}}', [''])).toBe(true);
    expect(opens('when: {per_seat: {gte: 3}}', [''])).toBe(true);
    expect(opens('when: {people: {gte: 3}}', ['*'])).toBe(true);
  });

  it('opens after nothing when nothing changed', () => {
    expect(opens('when: {messages: {gte: 3}}', [])).toBe(false);
  });
});

describe('what may open after anything', () => {
  it.each([
    ['a trait alone, which an account fulfils from its first event on', 'when: {account.plan: {in: [free]}}'],
    ['a condition of which a trait is enough', 'when: {any: [{account.plan: free}, {messages: {gte: 3}}]}'],
    ['age, which comes with time', 'when: {all: [{account.age_days: {gte: 3}}, {messages: {gte: 3}}]}'],
    ['a window from a date on', 'when: {since_start: {gte: 3}}'],
    ['what is missing and so holds', 'when: {per_seat: {gte: 3}}, if_missing: "true"'],
  ])('%s', (_, rule) => {
    expect(opens(rule, ['login'])).toBe(true);
  });
});
