import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isRising } from '../../../src/rules/is-rising.ts';
import { readRuleset } from '../../../src/rules/read-ruleset.ts';

const folder = new URL('../../../rules/', import.meta.url);
const files = Object.fromEntries(
  readdirSync(folder)
    .filter((name) => name.endsWith('.yaml') && !name.endsWith('.test.yaml'))
    .map((name) => [`rules/${name}`, readFileSync(new URL(name, folder), 'utf8')]),
);
const reading = readRuleset(files, {});
const rules = [...(reading.ruleset?.rules.values() ?? [])];

describe('the shipped rules', () => {
  it('are read without an error and without a warning', () => {
    expect(reading.problems).toEqual([]);
  });

  it('keep the names that earlier versions shipped: signals hang on them', () => {
    expect(rules.map(({ name }) => name as string)).toEqual(
      expect.arrayContaining([
        'seats_go_quiet',
        'usage_drops',
        'seats_nearly_full',
        'team_gathers_pace',
        'team_hits_2000_messages',
      ]),
    );
  });

  it('have each an owner, a sentence, a playbook and an outcome', () => {
    for (const { name, owner, say, playbook, outcome } of rules) {
      expect({ name, owner, say, playbook, outcome }).toEqual({
        name,
        owner: expect.any(String),
        say: expect.anything(),
        playbook: expect.any(String),
        outcome: expect.anything(),
      });
    }
  });

  it('are of kinds that the demo has a route for, or tell nobody', () => {
    const config = readFileSync(new URL('../../../demo/run/write-config.ts', import.meta.url), 'utf8');
    const routes = /routes: \{(.*)\}/.exec(config)?.[1] ?? '';
    const kinds = new Set(rules.filter(({ stage }) => stage === 'live').map(({ kind }) => kind));
    expect([...kinds].filter((kind) => !routes.includes(`${kind}: [crm]`))).toEqual([]);
  });

  it('can open the two thousandth message within seconds, not only at the close', () => {
    const { ruleset } = reading;
    const rising = rules.filter((rule) => ruleset && isRising(rule, ruleset));
    expect(rising.map(({ name }) => name)).toContain('team_hits_2000_messages');
  });
});
