// An explanation as text for people: open signals first, each condition as a tree, what is furthest from true last.
import type { ExplainedRule, Explanation, VerifiedStep } from '../app/explain/explanation.ts';
import type { VerifiedSignal } from '../app/explain/verify-open.ts';
import type { LeafPeople, ScoreEvidence, TransitionReason } from '../model/signal.ts';
import { tellPerson } from '../model/tell-person.ts';
import type { Day } from '../model/time.ts';
import type { ExplainedLeaf, ExplainedNode } from '../scoring/explain-condition.ts';
import { formatValue } from '../scoring/write-sentence.ts';

export function formatExplanation(explanation: Explanation, format: 'text' | 'json'): string {
  if (format === 'json') return `${JSON.stringify(explanation, undefined, 2)}\n`;
  const rules = [...explanation.rules.filter(isOpen), ...explanation.rules.filter((rule) => !isOpen(rule))];
  const blocks = [
    heading(explanation),
    ...rules.map((rule) => formatRule(rule, explanation.day)),
    formatScores(explanation),
    formatChampion(explanation),
  ];
  return `${visible(blocks.filter((block) => block !== '').join('\n\n'))}\n`;
}

/** Only what does not hold is told one by one. */
export function formatVerification(signals: readonly VerifiedSignal[], format: 'text' | 'json'): string {
  if (format === 'json') return `${JSON.stringify(signals, undefined, 2)}\n`;
  const failing = signals.filter(({ steps }) => steps.some(({ outcome }) => outcome !== 'reproduced'));
  const told = failing.map(({ account, rule, steps }) =>
    [
      `${account} ${rule}`,
      ...steps.filter(({ outcome }) => outcome !== 'reproduced').flatMap(formatVerified),
    ].join('\n'),
  );
  return `${visible([...told, summarize(signals)].join('\n'))}\n`;
}

/** What was found, then what was left out. */
function summarize(signals: readonly VerifiedSignal[]): string {
  const having = (found: (step: VerifiedStep) => boolean) =>
    signals.filter(({ steps }) => steps.some(found)).length;
  const different = having(({ outcome }) => outcome === 'different');
  const reproduced = signals.length - having(({ outcome }) => outcome !== 'reproduced');
  const partly = having(({ unchecked }) => unchecked.length > 0);
  const parts = [
    `${signals.length} open signals: the evidence of ${reproduced} is reproduced from raw events`,
    ...(different === 0 ? [] : [`of ${different} it is NOT`]),
    ...(reproduced + different === signals.length
      ? []
      : [`${signals.length - reproduced - different} could not be checked`]),
  ];
  const what = [...new Set(signals.flatMap(({ steps }) => steps.flatMap(({ unchecked }) => unchecked)))];
  const but = `\nin ${partly} of them something was left out: ${what.join(', ')}${WHY_LEFT_OUT}`;
  return `${parts.join(', ')}${partly === 0 ? '' : but}`;
}

const WHY_LEFT_OUT = ' (ranks are kept of the last close only, champions of ticks not at all)';

/** What customers named their accounts must not steer the terminal. */
const visible = (text: string): string => text.replace(/(?!\n)\p{Cc}/gu, '·');

function heading({ account, name, at, day, kind, timezone, rules }: Explanation): string {
  const instant = new Date(at).toISOString().replace('.000Z', 'Z');
  const when = kind === 'close' ? `at the close of ${day}` : `at ${instant}, of that day what had come`;
  const open = rules.filter(isOpen).length;
  const counted = rules.length === 1 ? '' : `\n${open} of ${rules.length} rules are open`;
  return `${name === null ? account : `${name} (${account})`}, ${when}, ${timezone}${counted}`;
}

const MARKS: Readonly<Record<string, string>> = { open: '●', recovering: '◐', pending: '◔' };

const isOpen = ({ state }: ExplainedRule): boolean => state === 'open' || state === 'recovering';

function formatRule(rule: ExplainedRule, day: Day): string {
  // The same people stand behind many a leaf: they are named at the first.
  const named = new Set<string>();
  const lines = [
    `${MARKS[rule.state] ?? '○'} ${rule.rule} (${rule.kind}) ${stateOf(rule)}`,
    ...formatSentence(rule, day),
    ...(rule.who === undefined ? [] : formatCondition('who', rule.who, named)),
    ...formatCondition('when', rule.when, named),
    ...(rule.resolveWhen === undefined ? [] : formatCondition('resolve_when', rule.resolveWhen, named)),
    ...(rule.standing === undefined ? [] : [`    ${rule.standing}`]),
    ...(isOpen(rule) ? [] : formatFurthest(rule)),
    ...(rule.verified ?? []).flatMap(formatVerified),
  ];
  return lines.join('\n');
}

/** Its numbers are those of the day on which it was told. */
function formatSentence(rule: ExplainedRule, day: Day): readonly string[] {
  const { sentence, told } = rule;
  if (sentence === undefined || !isOpen(rule)) return [];
  return [`    ${sentence}${told === undefined || told === day ? '' : `   (as of ${told})`}`];
}

/** A constant can be no other than it is. */
function formatFurthest({ furthest, who, when }: ExplainedRule): readonly string[] {
  if (furthest !== undefined) return [`    furthest from true: ${describeGap(furthest)}`];
  const holds = when.outcome === 'true' && (who === undefined || who.outcome === 'true');
  return holds ? [] : ['    no value would make it true'];
}

function stateOf(rule: ExplainedRule): string {
  const { state, since, severity, held, silent, stage } = rule;
  const marks = [stage === 'live' ? '' : stage, held ? 'held' : '', silent ? 'silent' : ''].filter(
    (word) => word !== '',
  );
  const extra = marks.length === 0 ? '' : `, ${marks.join(', ')}`;
  if (state === 'none' || since === undefined) return `not open${extra}`;
  if (state === 'resolved')
    return `resolved on ${since} (${WHY_RESOLVED[rule.reason ?? 'condition']})${extra}`;
  return `${state} since ${since}${isOpen(rule) ? `, ${severity}` : ''}${extra}`;
}

const WHY_RESOLVED: Readonly<Record<TransitionReason, string>> = {
  condition: 'its condition had ended',
  timer: 'its condition had ended for the time of keep_open',
  missing: 'its values were missing for 30 days',
  left: 'the account was not meant any more',
  rule_changed: 'the rule was changed and did not hold as it is now',
  rule_deleted: 'the rule was deleted',
  manual: 'by hand',
  baseline: 'its condition had ended',
};

const SIGNS = { true: '✓', false: '✗', unknown: '?' } as const;

function formatCondition(name: string, node: ExplainedNode, named: Set<string>): readonly string[] {
  return [
    `  ${SIGNS[node.outcome]} ${name}${node.kind === 'leaf' ? '' : ` ${titleOf(node)}`}`.trimEnd(),
    ...inside(node, 3, named),
  ];
}

/** A condition's own line names what combines; a leaf has a line below it. */
function inside(node: ExplainedNode, depth: number, named: Set<string>): readonly string[] {
  if (node.kind === 'constant') return [];
  if (node.kind === 'leaf') return [`${'  '.repeat(depth)}${formatLeaf(node, named)}`];
  return node.of.flatMap((part) =>
    part.kind === 'leaf'
      ? [`${'  '.repeat(depth)}${formatLeaf(part, named)}`]
      : [`${'  '.repeat(depth)}${SIGNS[part.outcome]} ${titleOf(part)}`, ...inside(part, depth + 1, named)],
  );
}

function titleOf(node: Exclude<ExplainedNode, ExplainedLeaf>): string {
  switch (node.kind) {
    case 'constant':
      return node.outcome;
    case 'at_least':
      return `at least ${node.n} of`;
    case 'segment':
      return `segment ${node.name}`;
    case 'all':
      return 'all of';
    case 'any':
      return 'any of';
    case 'none':
      return 'none of';
  }
}

function formatLeaf(leaf: ExplainedLeaf, named: Set<string>): string {
  const { subject, value, test, outcome, people, ranksGone } = leaf;
  const by = people === undefined ? '' : `   ${formatPeople(people)}`;
  const behind = named.has(by) ? '' : by;
  named.add(by);
  if (ranksGone)
    return `${SIGNS[outcome]} ${subject} cannot be told: ranks are kept of the last close only   (${test})`;
  return `${SIGNS[outcome]} ${subject} is ${formatValue(value, 'plain')}   (${test})${behind}`;
}

function formatPeople({ count, users }: LeafPeople): string {
  const told = users.map(({ userId, events, lastDay }) => `${userId} ${events ?? lastDay}`);
  const more = count > users.length ? `, and ${count - users.length} more` : '';
  return `by ${told.join(', ')}${more}`;
}

function describeGap({ subject, value, test, outcome, ranksGone }: ExplainedLeaf): string {
  if (ranksGone) return `${subject} cannot be told (asked: ${test})`;
  if (outcome === 'unknown') return `${subject} is missing (asked: ${test})`;
  return `${subject} is ${formatValue(value, 'plain')} (asked: ${test})`;
}

function formatVerified({
  step,
  day,
  outcome,
  differences,
  unchecked,
  note,
}: VerifiedStep): readonly string[] {
  const but = unchecked.length === 0 ? '' : `, but for ${unchecked.join(', ')}${WHY_LEFT_OUT}`;
  const result =
    outcome === 'reproduced'
      ? `evidence reproduced from raw events${but}`
      : outcome === 'different'
        ? 'evidence NOT reproduced'
        : `evidence not checked: ${note}`;
  return [
    `    step ${step} of ${day}: ${result}`,
    ...differences.map(({ what, stored, found }) => `      ${what}: stored ${stored}, found ${found}`),
  ];
}

function formatScores({ scores }: Explanation): string {
  const blocks = Object.entries(scores).map(([name, score]) => formatScore(name, score));
  return blocks.length === 0 ? '' : ['Scores', ...blocks].join('\n');
}

function formatChampion({ champion }: Explanation): string {
  if (champion === null) return '';
  const people = [champion, ...champion.next].map(
    (person) => `${tellPerson(person)} (${person.points} points)`,
  );
  return [
    'Champion',
    `  ${people[0]}, since ${champion.since}`,
    ...people.slice(1).map((one) => `  next ${one}`),
  ].join('\n');
}

function formatScore(name: string, { value, band, coverage, parts }: ScoreEvidence): string {
  const points = value === null ? 'missing' : String(value);
  const covered = coverage === 1 ? '' : `, ${Math.round(coverage * 100)}% of its weights known`;
  const lines = parts.map(
    (part) =>
      `    ${part.part} ${part.points ?? '–'}${part.weight === 0 ? '' : ` of ${part.weight}`}${part.value === null ? '' : `   (${formatValue(part.value, 'plain')})`}`,
  );
  return [`  ${name} ${points}${band === null ? '' : ` (${band})`}${covered}`, ...lines].join('\n');
}
