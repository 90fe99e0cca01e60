// Examples of rule files as text: several files in one, a project to check against, and lines that go on and on.
import { formatProblems } from '../../../src/rules/format-problems.ts';
import { type ReadRulesetOptions, readRuleset } from '../../../src/rules/read-ruleset.ts';
import type { RuleFiles } from '../../../src/rules/ruleset.ts';

/** `# file: NAME` begins another file; without one the text is `name`. */
export function filesOf(text: string, name: string): RuleFiles {
  const long = text.replace(/^(.*_1\b.*?)\s*# and so on to (\d+)$/gm, (_, line: string, count: string) =>
    Array.from({ length: Number(count) }, (_, index) => line.replace(/_1\b/g, `_${index + 1}`)).join('\n'),
  );
  if (!long.startsWith('# file: ')) return { [name]: long };
  const parts = long.split(/^# file: /m).slice(1);
  return Object.fromEntries(parts.map((part) => [part.split('\n')[0], part.slice(part.indexOf('\n') + 1)]));
}

/** What the examples are checked against: sinks, retention, events and traits that were seen, rules that have a test. */
export const PROJECT: ReadRulesetOptions = {
  sinks: ['crm'],
  retentionDays: 400,
  seenEvents: new Map([
    ['message_sent', 12_000],
    ['paid', 40],
  ]),
  seenTraits: { account: [], user: ['role'] },
  testedRules: new Set(['busy']),
};

export function say(files: RuleFiles, options: ReadRulesetOptions = {}) {
  const { ruleset, problems } = readRuleset(files, options);
  return { ruleset, problems, text: formatProblems(problems, files, { format: 'text' }) };
}
