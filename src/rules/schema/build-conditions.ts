// Conditions and the tests of their subjects as schemas.
import type { JsonObject } from '../../model/json.ts';
import type { ProjectNames } from './project-names.ts';
import { choose, closedMap, NAME_PATTERN, ref } from './schema-keywords.ts';
import { suggestValues } from './suggest-values.ts';

/** Definitions: `condition`, `conditions`, and a test of each type of subject. */
export const buildConditions = (names: ProjectNames): JsonObject => ({
  number_test: testOf({ type: 'number' }, { ordered: true }, NUMBER_DOCS),
  any_test: testOf({ type: ['string', 'number', 'boolean'] }, { ordered: true, text: true }, ANY_DOCS),
  text_test: testOf({ type: 'string' }, { text: true }, TEXT_DOCS),
  boolean_test: testOf({ type: 'boolean' }, {}, 'true or false, or a map of tests.'),
  signal_test: testOf({ enum: ['open', 'closed'] }, {}, SIGNAL_DOCS),
  condition: condition(names),
  conditions: {
    description: 'A list of conditions.',
    type: 'array',
    items: ref('condition'),
    minItems: 1,
  },
});

const NUMBER_DOCS =
  'The number that it equals, or tests such as {gte: 20} or {between: [1, 5]}; all must hold.';
const ANY_DOCS =
  'The value that it equals, or tests such as {in: [free, trial]}, {gte: 5} or {exists: false}; all must hold.';
const TEXT_DOCS = 'The text that it equals, or tests such as {in: [A1, A2]} or {not: C3}; all must hold.';
const SIGNAL_DOCS =
  'open or closed, as of the previous close. Recovering counts as open; rules in shadow count too.';

interface Admits {
  /** Whether it can be more or less than a value. */
  readonly ordered?: boolean;
  /** Whether its text can be searched. */
  readonly text?: boolean;
}

/** A bare value, or a map of tests. */
function testOf(value: JsonObject, admits: Admits, description: string): JsonObject {
  const tests = { ...testKeys(value, admits), not: negation(value, admits) };
  return {
    description,
    ...suggested(value),
    ...choose({ when: { type: 'object' }, use: testMap(tests), otherwise: value }),
  };
}

const negation = (value: JsonObject, admits: Admits): JsonObject => ({
  description: 'Not this value, or none of these tests: not: free, not: {in: [free, trial]}.',
  ...suggested(value),
  ...choose({ when: { type: 'object' }, use: testMap(testKeys(value, admits)), otherwise: value }),
});

const testMap = (tests: JsonObject): JsonObject => ({ ...closedMap(tests), minProperties: 1 });

/** For completion only: what an editor offers as a value, it does not look for behind `else`. */
const suggested = (value: JsonObject): JsonObject =>
  Array.isArray(value.enum) ? { anyOf: [value, {}] } : { type: [value.type, 'object'].flat() as string[] };

function testKeys(value: JsonObject, { ordered = false, text = false }: Admits): JsonObject {
  const bound = value.type === 'number' ? { type: 'number' } : BOUND;
  return {
    ...(ordered ? comparisons(bound) : {}),
    in: { description: 'One of these.', type: 'array', items: value, minItems: 1 },
    ...(text ? TEXT_TESTS : {}),
    exists: { description: 'Whether it has a value. The only test that is never unknown.', type: 'boolean' },
  };
}

const BOUND: JsonObject = {
  type: ['number', 'string'],
  pattern: '^\\d{4}-\\d{2}-\\d{2}$',
};

const comparisons = (bound: JsonObject): JsonObject => ({
  gt: { ...bound, description: 'More than.' },
  gte: { ...bound, description: 'At least.' },
  lt: { ...bound, description: 'Less than.' },
  lte: { ...bound, description: 'At most.' },
  between: {
    description: 'From the first to the second, both included.',
    type: 'array',
    items: bound,
    minItems: 2,
    maxItems: 2,
  },
});

const TEXT_TESTS: JsonObject = {
  contains: { type: 'string', description: 'Has this in it.' },
  starts_with: { type: 'string', description: 'Begins with this.' },
  ends_with: { type: 'string', description: 'Ends with this.' },
};

function condition(names: ProjectNames): JsonObject {
  return {
    title: 'Condition',
    description:
      'true, false, or a map whose entries must all hold: subjects with their tests, all, any, none, at_least, segment. A test of something missing is unknown, except exists.',
    type: ['boolean', 'object'],
    ...choose({
      when: { type: 'object' },
      use: {
        minProperties: 1,
        properties: { ...combinations(names), ...knownSubjects(names) },
        patternProperties: SUBJECTS,
        additionalProperties: false,
      },
    }),
  };
}

const combinations = ({ segments }: ProjectNames): JsonObject => ({
  all: ref('conditions', 'All of these. False when one is false, else unknown when one is unknown.'),
  any: ref('conditions', 'At least one of these. True when one is true, else unknown when one is unknown.'),
  none: ref('conditions', 'None of these.'),
  at_least: closedMap(
    {
      n: { type: 'integer', minimum: 1, description: 'How many must hold.' },
      of: ref('conditions', 'The conditions to count.'),
    },
    ['n', 'of'],
    'At least n of these.',
  ),
  segment: {
    description: 'The accounts of a segment, a condition with a name.',
    ...suggestValues(
      [...segments].map(([name, docs]) => ({ name, docs })),
      { pattern: NAME_PATTERN },
    ),
    type: 'string',
  },
});

function knownSubjects(names: ProjectNames): JsonObject {
  const tests = (keys: Iterable<string>, family: string, test: string, what: string): JsonObject =>
    Object.fromEntries([...keys].map((name) => [`${family}${name}`, ref(test, `${what} ${name}`)]));
  const definitions = (known: ReadonlyMap<string, string>, family: string, test: string): JsonObject =>
    Object.fromEntries([...known].map(([name, text]) => [`${family}${name}`, defined(test, text)]));
  return {
    ...definitions(names.metrics, '', 'number_test'),
    'account.age_days': ref('number_test', 'Days since the trait created_at, else since the first event.'),
    ...tests(names.accountTraits, 'account.', 'any_test', 'The trait'),
    ...definitions(names.scores, 'score.', 'number_test'),
    ...Object.fromEntries(
      [...names.bands].map(([score, bands]) => [`band.${score}`, bandTest(score, bands)]),
    ),
    ...tests(names.grades.keys(), 'grade.', 'text_test', 'Such as A1: the grade'),
    ...tests(
      names.rules.keys(),
      'signal.',
      'signal_test',
      'open or closed, as of the previous close: the signal of',
    ),
    'champion.idle_days': ref('number_test', 'Days since the champion of the account last did anything.'),
    'champion.changed': ref('boolean_test', 'True at the close at which another became champion.'),
    ...tests(
      ['name', 'email', 'role', 'user_id'],
      'champion.',
      'text_test',
      'Of the champion of the account: the',
    ),
  };
}

/** Shown as it is written, which says most. */
const defined = (test: string, text: string): JsonObject => ({
  ...ref(test, text),
  markdownDescription: `\`${text.replaceAll('`', "'")}\``,
});

const bandTest = (score: string, bands: readonly string[]): JsonObject =>
  testOf({ enum: bands }, {}, `The band of the score ${score}.`);

/** Names that are newer than the schema. What they are is told by `rules check`. */
const SUBJECTS: JsonObject = {
  '^(?!(all|any|none|at_least|segment|not)$)[a-z][a-z0-9_]*$': ref('number_test'),
  '^account\\.(?!age_days$).+$': ref('any_test'),
  '^score\\.[a-z][a-z0-9_]*$': ref('number_test'),
  '^(band|grade)\\.[a-z][a-z0-9_]*$': ref('text_test'),
  '^signal\\.[a-z][a-z0-9_]*$': ref('signal_test'),
  '^champion\\.(name|email|role|user_id)$': ref('text_test'),
};
