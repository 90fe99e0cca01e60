// A small ruleset and its tests from text, for tests of their reader.
import { UTC } from '../../../../src/model/time.ts';
import { readRuleset } from '../../../../src/rules/read-ruleset.ts';
import { readTestFiles } from '../../../../src/rules/test-file/read-test-files.ts';

const RULES = `metrics:
  messages: {count: message_sent, window: ever}
  share:    {ratio: [messages, account.seats]}
segments:
  free: {account.plan: free}
scores:
  use:
    parts: {volume: {weight: 100, metric: messages, from: 0, to: 100}}
    bands: {poor: 0, good: 50}
rules:
  busy:
    kind: pql
    who:  {segment: free}
    when: {messages: {gte: 5}}
    notify: [crm]
  quiet: {kind: churn_risk, when: {signal.busy: closed}, stage: draft}
`;

export function readTests(text: string, sinks: readonly string[] | undefined = undefined) {
  const { ruleset, problems } = readRuleset({ 'rules.yaml': RULES }, {});
  if (ruleset === undefined) throw new Error(problems.map(({ message }) => message).join('\n'));
  const files = { 'rules.yaml': RULES, 'a.test.yaml': text };
  return readTestFiles({ files, ruleset, timezone: UTC, sinks });
}

/** One test of these events and expectations, each a line of YAML. */
export const testOf = (
  events: readonly string[],
  expected: readonly string[] = ['{day: 2025-06-30, busy: open}'],
  more = '',
): string => `tests:\n  - name: it\n${more}    events:\n${list(events)}    expect:\n${list(expected)}`;

const list = (lines: readonly string[]): string => lines.map((line) => `      - ${line}\n`).join('');
