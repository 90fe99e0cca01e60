import fc from 'fast-check';
import { expect, test } from 'vitest';
import { namesInTests } from '../../../src/rules/names-in-tests.ts';

const TEST = `# rules/pql.test.yaml
tests:
  - name: "two thousand: they are a lead"
    accounts:
      acme: {plan: free, seats: 5}
    users:
      ann: {role: owner}
    events:
      - {account: acme, user: ann, event: report_exported, properties: {rows: 12}}
    expect:
      - {day: 2025-06-19, account: acme, team_hits_2000_messages: none}
      # - {day: 2025-06-20, commented_out: open}
      - day: 2025-06-20
        quiet: {state: open, severity: medium, because: {messages_ever: 2000}}
        score.adoption: {gte: 50}
  - name: another
    expect: [{day: 2025-06-20, on_one_line: open, "quoted": none}]
    accounts: {seats_of_it: {}}
`;

test('the rules that a test expects something of are found, in every way of writing YAML', () => {
  const names = namesInTests([TEST]);
  for (const rule of ['team_hits_2000_messages', 'quiet', 'on_one_line', 'quoted'])
    expect(names).toContain(rule);
});

test('accounts, users, events, comments and scores are not taken for rules', () => {
  const names = namesInTests([TEST]);
  for (const other of ['ann', 'plan', 'rows', 'commented_out', 'adoption', 'seats_of_it', 'they'])
    expect(names).not.toContain(other);
});

test('no text makes it throw', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => void namesInTests([text, `expect: ${text}`])),
  );
});
