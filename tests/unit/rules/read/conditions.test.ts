import { describe, expect, test } from 'vitest';
import type { Condition, ConditionLeaf } from '../../../../src/rules/condition.ts';
import { rulesetOf } from '../rule-files.ts';

function conditionOf(text: string): Condition | undefined {
  return rulesetOf(`metrics:
  messages: {count: message_sent, window: 28d}
scores:
  health:
    parts: {volume: {weight: 100, metric: messages, from: 0, to: 100}}
    bands: {poor: 0, good: 50}
rules:
  r: {kind: pql, stage: draft, when: true}
segments:
  paying: {account.plan: team}
  it: ${text}
`).segments.get('it');
}

function leafOf(text: string): ConditionLeaf {
  const condition = conditionOf(text);
  if (condition?.kind !== 'leaf') throw new Error(`not a leaf: ${condition?.kind}`);
  return condition;
}

const number = (value: number) => ({ type: 'number', value });
const words = (value: string) => ({ type: 'text', value });

describe('a test', () => {
  test.each([
    ['{messages: 5}', { op: 'equals', value: number(5) }, 'equals 5'],
    ['{messages: {gte: 2000}}', { op: 'gte', value: number(2000) }, 'gte 2000'],
    ['{messages: {lt: -0.5}}', { op: 'lt', value: number(-0.5) }, 'lt -0.5'],
    ['{messages: {in: [1, 2]}}', { op: 'in', values: [number(1), number(2)] }, 'in [1, 2]'],
    ['{messages: {between: [1, 5]}}', { op: 'between', low: number(1), high: number(5) }, 'between [1, 5]'],
    ['{messages: {exists: false}}', { op: 'exists', value: false }, 'exists false'],
    ['{account.plan: free}', { op: 'equals', value: words('free') }, 'equals free'],
    [
      '{account.plan: {not: free}}',
      { op: 'not', tests: [{ op: 'equals', value: words('free') }] },
      'not free',
    ],
    [
      '{account.plan: {not: {in: [a, b]}}}',
      { op: 'not', tests: [{ op: 'in', values: [words('a'), words('b')] }] },
      'not in [a, b]',
    ],
    ['{account.domain: {ends_with: .edu}}', { op: 'ends_with', value: '.edu' }, 'ends_with .edu'],
    ['{account.vip: true}', { op: 'equals', value: { type: 'boolean', value: true } }, 'equals true'],
    [
      '{account.since: {lt: 2025-02-28}}',
      { op: 'lt', value: { type: 'date', value: '2025-02-28' } },
      'lt 2025-02-28',
    ],
    ['{account.code: "5"}', { op: 'equals', value: words('5') }, 'equals 5'],
    ['{band.health: poor}', { op: 'equals', value: words('poor') }, 'equals poor'],
    ['{signal.r: {not: open}}', { op: 'not', tests: [{ op: 'equals', value: words('open') }] }, 'not open'],
  ])('%s', (text, expected, written) => {
    const leaf = leafOf(text);
    expect(leaf.test).toEqual(expected);
    expect(leaf.text.test).toBe(written);
  });

  test('of several in one map all hold', () => {
    expect(conditionOf('{messages: {gte: 1, lt: 5}}')).toMatchObject({
      kind: 'all',
      of: [{ text: { subject: 'messages', test: 'gte 1' } }, { text: { subject: 'messages', test: 'lt 5' } }],
    });
  });
});

describe('a subject', () => {
  test.each([
    ['{messages: 1}', { kind: 'metric', name: 'messages' }],
    ['{account.plan: a}', { kind: 'trait', trait: 'plan' }],
    ['{account.Company Size: 1}', { kind: 'trait', trait: 'Company Size' }],
    ['{account.billing.plan: a}', { kind: 'trait', trait: 'billing.plan' }],
    ['{account.age_days: 1}', { kind: 'age_days' }],
    ['{score.health: 1}', { kind: 'score', name: 'health' }],
    ['{band.health: good}', { kind: 'band', name: 'health' }],
    ['{signal.r: open}', { kind: 'signal', rule: 'r' }],
  ])('%s', (text, expected) => {
    expect(leafOf(text).subject).toEqual(expected);
  });
});

describe('a condition', () => {
  const leaf = { kind: 'leaf' };

  test.each([
    ['true', { kind: 'constant', value: true }],
    ['{any: [{messages: 1}, false]}', { kind: 'any', of: [leaf, { kind: 'constant', value: false }] }],
    ['{none: [{segment: paying}]}', { kind: 'none', of: [{ kind: 'segment', name: 'paying' }] }],
    [
      '{at_least: {n: 1, of: [{messages: 1}, true]}}',
      { kind: 'at_least', n: 1, of: [leaf, { kind: 'constant' }] },
    ],
    ['{segment: paying, messages: 1}', { kind: 'all', of: [{ kind: 'segment' }, leaf] }],
    ['{all: [{messages: 1}]}', { kind: 'all', of: [leaf] }],
  ])('%s', (text, expected) => {
    expect(conditionOf(text)).toMatchObject(expected);
  });

  test('written once and used twice through an alias is the same', () => {
    const { segments } = rulesetOf(
      'segments:\n  a: &a {account.plan: team}\n  b: {any: [*a, {account.plan: pro}]}\n',
    );
    expect(segments.get('b')).toMatchObject({ kind: 'any', of: [segments.get('a'), leaf] });
  });
});
