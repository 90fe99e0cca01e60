// The sentence that a person reads: the rule's own, or one made from the leaves that hold.
import type { AccountId } from '../model/ids.ts';
import type { EvaluationPlan, RuleLayout } from '../rules/compile/plan.ts';
import type { Rule } from '../rules/rule.ts';
import { type ResultArrays, readValue } from './read-facts.ts';

/** Missing values print as `–`. */
export function writeSentence(
  plan: EvaluationPlan,
  {
    rule,
    accountId,
    row,
  }: { readonly rule: Rule; readonly accountId: AccountId; readonly row: ResultArrays },
): string {
  const layout = plan.layout.rules.get(rule.name);
  if (layout === undefined) throw new Error(`rule "${rule.name}" has no place in the plan`);
  if (rule.say === undefined) {
    const name = plan.layout.traits.get('name');
    const called = name === undefined ? null : readValue(row, name);
    return describeLeaves(row, layout, called === null ? accountId : String(called));
  }
  const parts = rule.say.map((part) => {
    if (part.kind === 'text') return part.text;
    const slot = layout.say.get(part.text);
    return formatValue(slot === undefined ? null : readValue(row, slot), part.format);
  });
  return parts.join('');
}

/** What holds; when nothing does, as at the end of an episode, what holds no longer. */
function describeLeaves(row: ResultArrays, layout: RuleLayout, accountName: string): string {
  const leaves = layout.leaves.map((leaf) => ({
    ...leaf,
    holds: row.outcomes[leaf.outcome] === 'true',
    shown: formatValue(readValue(row, leaf.value), 'plain'),
  }));
  const holding = leaves.filter(({ holds }) => holds);
  if (holding.length > 0) {
    const facts = holding.map(({ subject, shown, test }) => `${subject} is ${shown} (${test})`);
    return `${accountName}: ${facts.join(', ')}`;
  }
  const ended = leaves.map(({ subject, shown, test }) => `${subject} is ${shown} (no longer ${test})`);
  return `${accountName}: ${ended.join(', ')}`;
}

/** `plain`: at most two decimals; `number`: thousands apart; `percent`: a share as whole percent. */
export function formatValue(value: number | string | null, format: 'plain' | 'percent' | 'number'): string {
  if (value === null || value === undefined) return '–';
  const number = typeof value === 'number' ? value : format === 'plain' ? Number.NaN : Number(value);
  if (!Number.isFinite(number)) return String(value);
  if (format === 'percent') return `${Math.round(number * 100)}%`;
  const rounded = String(Math.round(number * 100) / 100);
  return format === 'number' ? rounded.replace(/\B(?=(\d{3})+(?!\d))(?<!\.\d*)/g, ',') : rounded;
}
