// The sentence that a person reads: the rule's own, or one made from the leaves that hold.
import type { EvaluationPlan, RuleLayout } from '../rules/compile/plan.ts';
import type { Rule } from '../rules/rule.ts';
import { buildEvidence, type ResultArrays, readValue } from './read-facts.ts';

/** Missing values print as `–`. */
export function writeSentence(plan: EvaluationPlan, rule: Rule, row: ResultArrays): string {
  const layout = plan.layout.rules.get(rule.name);
  if (layout === undefined) throw new Error(`rule "${rule.name}" has no place in the plan`);
  if (rule.say === undefined) return describeLeaves(plan, row, layout);
  const parts = rule.say.map((part) => {
    if (part.kind === 'text') return part.text;
    const slot = layout.say.get(part.text);
    return formatValue(slot === undefined ? null : readValue(row, slot), part.format);
  });
  return parts.join('');
}

function describeLeaves(plan: EvaluationPlan, row: ResultArrays, layout: RuleLayout): string {
  const { leaves, traits } = buildEvidence(plan, row, layout);
  const holding = leaves.filter((leaf) => leaf.outcome === 'true');
  const facts = holding.map(
    (leaf) => `${leaf.subject} is ${formatValue(leaf.value, 'plain')} (${leaf.test})`,
  );
  return `${formatValue(traits.name as string | null, 'plain')}: ${facts.join(', ')}`;
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
