import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isRising } from '../../../src/rules/is-rising.ts';
import { readRuleset } from '../../../src/rules/read-ruleset.ts';

const folder = new URL('../../../rules/', import.meta.url);
const files = Object.fromEntries(
  readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => [`rules/${name}`, readFileSync(new URL(name, folder), 'utf8')]),
);
const reading = readRuleset(files, {});

describe('the shipped rules', () => {
  it('are read without an error and without a warning', () => {
    expect(reading.problems).toEqual([]);
  });

  it('are leads, alerts and an expansion, each with an owner, a playbook and an outcome', () => {
    const rules = [...(reading.ruleset?.rules.values() ?? [])];
    expect(rules.map(({ name, kind }) => `${kind} ${name}`).sort()).toEqual([
      'churn_risk seats_go_quiet',
      'churn_risk usage_drops',
      'expansion seats_nearly_full',
      'pql team_gathers_pace',
      'pql team_hits_2000_messages',
    ]);
    for (const { name, owner, playbook, outcome } of rules) {
      expect({ name, owner, playbook, outcome }).toEqual({
        name,
        owner: expect.any(String),
        playbook: expect.any(String),
        outcome: expect.anything(),
      });
    }
  });

  it('can open the two thousandth message within seconds, not only at the close', () => {
    const { ruleset } = reading;
    const rising = [...(ruleset?.rules.values() ?? [])].filter((rule) => ruleset && isRising(rule, ruleset));
    expect(rising.map(({ name }) => name)).toContain('team_hits_2000_messages');
  });
});
