// The warning about events that nobody has ever sent.
import { expect, test } from 'vitest';
import { readRuleset } from '../../../../src/rules/read-ruleset.ts';

const SEEN = new Map([
  ['page_viewed', 90_000],
  ['message_sent', 1234],
  ['messages_sent', 7],
]);

function hints(event: string) {
  const files = { 'a.yaml': `metrics:\n  m: {count: ${event}, window: 30d}\n` };
  const { ruleset, problems } = readRuleset(files, { seenEvents: SEEN });
  expect(ruleset, 'a warning leaves the rules usable').toBeDefined();
  return problems.filter(({ code }) => code === 'L009').map(({ message, hint }) => `${message}: ${hint}`);
}

test('names the nearest events that were received, and how often', () => {
  expect(hints('mesage_sent')).toEqual([
    'no event called "mesage_sent" was ever received: seen were "message_sent" (1,234 times), "messages_sent" (7 times)',
  ]);
  expect(hints('invoice_paid')).toEqual([
    'no event called "invoice_paid" was ever received: check its name, or send it before it counts',
  ]);
});

test('is about each event of a list, and not about those that were received', () => {
  expect(hints('[message_sent, page_view]')).toEqual([expect.stringContaining('"page_view"')]);
  expect([hints('message_sent'), hints('any')]).toEqual([[], []]);
});

test('is not given where nobody can tell', () => {
  const files = { 'a.yaml': 'metrics:\n  m: {count: mesage_sent, window: 30d}\n' };
  expect(readRuleset(files, {}).problems.map(({ code }) => code)).toEqual(['L006']);
});
