// The language's page says which mistakes are found and what is said of them. Each sentence is shown by a golden file:
// the code under which its mistake is told, and the words that point at the cure.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const folder = fileURLToPath(new URL('golden/', import.meta.url));

type Row = readonly [sentence: string, golden: string, code: string, words: string];

const YAML_AS_IT_REALLY_IS: readonly Row[] = [
  ['top-level keys are known', 'unknown-section', 'T012', 'did you mean "metrics"?'],
  ['each section is a map', 'section-is-list', 'T011', 'must be a map from names to definitions'],
  ['names are lower-case', 'name-with-capital', 'T015', 'lower-case letters, digits and _, a letter first'],
  ['a name is defined once, over all files', 'defined-twice', 'T016', 'the first is in churn.yaml:2'],
  ['a metric is not called like a keyword', 'metric-called-like-keyword', 'T017', 'such as any_count'],
  ['every name used is defined', 'undefined-metric', 'T018', 'did you mean "messages"?'],
  ['defaults know their keys', 'defaults-faulty', 'T012', 'known keys: if_missing, cooldown'],
  ['unknown keys', 'unknown-key-in-metric', 'T012', 'did you mean "window"?'],
  ['duplicate keys', 'duplicate-key', 'Y003', 'the first is in line 2'],
  ['1 beside "1"', 'duplicate-number-key', 'Y003', 'stands twice in one map'],
  ['a key without a value', 'key-without-value', 'Y004', 'write a value after it, or remove it'],
  ['tags', 'tag', 'Y005', 'quotes make a text of a number'],
  ['<<', 'merge-key', 'Y006', 'write the keys out'],
  ['.inf', 'infinity', 'Y007', 'write a finite number'],
  ['.nan', 'not-a-number', 'Y007', 'write a finite number'],
  ['more than one document', 'two-documents', 'Y002', 'split the file'],
  ['over 100 aliases', 'over-a-hundred-aliases', 'Y008', 'more than 100 aliases in one file'],
  ['a null whose key contains ":"', 'colon-without-space', 'Y004', 'put a space after the colon'],
  ['all digits', 'thousands-comma-in-flow', 'Y004', 'write 2000, without the comma'],
  ['a map under say', 'say-is-one-brace', 'T010', 'quote it: say: "…"'],
  ['a flow split under say', 'say-split-by-comma', 'Y004', 'quote it: say: "…"'],
  ['a flow that ends within say', 'say-begins-with-brace', 'Y001', 'quote it: say: "…"'],
  ['a map under formula', 'formula-is-list', 'T010', 'quote it: formula: "…"'],
  ['a flow split under formula', 'formula-split-by-comma', 'Y004', 'quote it: formula: "…"'],
  ['event names with punctuation are quoted', 'event-with-comma', 'Y004', 'is quoted: "Invoice paid, late"'],
  ['so are those with a colon', 'event-with-colon', 'Y001', 'quote a text that contains ": "'],
  ['and those that begin with a sign', 'event-begins-with-at', 'Y001', 'quote it: "@mention"'],
  ['date literals are validated', 'date-that-is-not', 'V005', 'is not a day of the calendar'],
  [
    'in lists, between and where too',
    'dates-everywhere',
    'V005',
    '"2025-13-01" is not a day of the calendar',
  ],
  ['steps are numbers', 'steps-equal-as-numbers', 'Y003', 'step 1 of part "p" stands twice'],
];

const MESSAGES: readonly Row[] = [
  ['gte: "30d" on a count', 'duration-as-number-of-count', 'C003', 'write 30, a plain number'],
  ['a % sign', 'percent-sign', 'C003', 'write 0.4 for a share'],
  ['a relative change against more than 1', 'lint-relative-change', 'L007', 'for 25 % write 0.25'],
  ['a list as a bare value', 'list-as-bare-value', 'C004', 'write {in: [free, trial]}'],
  ['an event never seen', 'in-project-event-never-seen', 'L009', 'seen were "message_sent" (12,000 times)'],
  ['weights that do not add up', 'weights-do-not-add-up', 'S002', 'add up to 80, not 100'],
  ['bands with a gap', 'bands-with-gap', 'S004', 'let "fair" begin at 0, or add a band'],
  ['bands as ranges', 'bands-as-ranges', 'S004', 'write where it begins'],
  ['resolve_when that implies when', 'resolve-never', 'R001', 'recovery needs "when" to be not true'],
  ['resolve_when like when', 'resolve-equals-when', 'R001', 'recovery needs "when" to be not true'],
  [
    'resolve_when that contradicts itself',
    'resolve-contradicts-itself',
    'C007',
    'never both "lt 2" and "gt 5"',
  ],
  ['a window longer than retention', 'in-project-window-over-retention', 'L008', 'window 500d is longer'],
  ['in months', 'in-project-window-over-retention', 'L008', 'window 24mo is longer'],
  ['of first days', 'in-project-window-over-retention', 'L008', 'window first 60w is longer'],
  ['no hour windows', 'hour-window', 'V003', 'the unit is the day'],
  [
    'two metrics are compared by a formula',
    'comparison-of-two-metrics',
    'C003',
    'formula: "messages - reads"',
  ],
  ['a trait used two ways', 'trait-of-two-types', 'C005', 'as a number in trait-of-two-types.yaml:8'],
  ['cycles of segments', 'segment-cycle', 'T019', '"a" → "b" → "c" → "a"'],
  ['cycles of signals', 'signal-cycle', 'T019', 'is made from itself'],
  ['a rule that can flap', 'lint-flapping', 'L001', 'keep_open: 3d'],
  ['days_since_last without the never case', 'lint-never', 'L002', '{idle_days: {exists: false}}'],
  ['a live rule without outcome', 'lint-nobody-answers', 'L003', 'outcome: {event: …, within: 30d}'],
  ['a live rule without owner', 'lint-nobody-answers', 'L004', 'owner: …'],
  [
    'a live rule without tests',
    'in-project-live-rule-without-test',
    'L010',
    'let a test of a *.test.yaml expect it',
  ],
  [
    'a change that is not over whole weeks',
    'lint-not-whole-weeks',
    'L005',
    'give the metric "messages" window: 28d',
  ],
  ['a metric that nothing uses', 'lint-unused-metric', 'L006', 'remove it, or use it'],
];

function expectSaid([, golden, code, words]: Row): void {
  const said = readFileSync(`${folder}${golden}.txt`, 'utf8');
  const problems = said.split(/^(?=\S+:\d+:\d+ {2})/m);
  expect(problems.filter((problem) => problem.includes(`  ${code} `) && problem.includes(words))).not.toEqual(
    [],
  );
}

describe('YAML as it really is', () => {
  test.each(YAML_AS_IT_REALLY_IS)('%s (%s)', (...row) => expectSaid(row));
});

describe('messages that a person can act on', () => {
  test.each(MESSAGES)('%s (%s)', (...row) => expectSaid(row));
});
