// A file of tests beside the rules as a schema: what happened to a few accounts, and what must hold at which close.
import type { JsonObject } from '../../model/json.ts';
import { SEVERITIES } from '../../model/signal.ts';
import type { ProjectNames } from './project-names.ts';
import { choose, closedMap, ref } from './schema-keywords.ts';
import { suggestValues } from './suggest-values.ts';

/** Definitions: `test`, `test_account`, `happening`, `expectation` and what they are made of. */
export const buildTests = (names: ProjectNames): JsonObject => ({
  test: { title: 'Test', ...TEST },
  test_account: testAccount(names.accountTraits),
  traits: traits(names.accountTraits),
  user_traits: traits(names.userTraits),
  happening: happening(names),
  expectation: expectation(names),
  signal_expected: signalExpected(names),
  number_expected: expected('number_test'),
  value_expected: expected('any_test'),
});

const TEST: JsonObject = closedMap(
  {
    name: { description: 'What it shows, as a sentence.', type: 'string', minLength: 1 },
    timezone: { description: 'Default: that of the project.', type: 'string' },
    accounts: {
      description: 'Accounts by id, with the traits that they begin with.',
      type: 'object',
      additionalProperties: ref('test_account'),
    },
    users: {
      description: 'Users by id, with the traits that they begin with.',
      type: 'object',
      additionalProperties: ref('user_traits'),
    },
    events: { description: 'What happens.', type: 'array', items: ref('happening') },
    expect: {
      description: 'What must hold at the closes of days.',
      type: 'array',
      items: ref('expectation'),
      minItems: 1,
    },
  },
  ['name', 'expect'],
  'One test: accounts, what happens to them, and what must hold then.',
);

const traits = (known: readonly string[]): JsonObject => ({
  description: 'Traits by name.',
  type: 'object',
  properties: traitKeys(known),
});

const traitKeys = (known: readonly string[]): JsonObject =>
  Object.fromEntries(known.map((trait) => [trait, { description: `The trait ${trait}.` }]));

const DAY: JsonObject = { type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}$' };

const testAccount = (known: readonly string[]): JsonObject => ({
  description: 'Traits by name, and since when the account is known.',
  type: 'object',
  properties: {
    ...traitKeys(known),
    first_seen: {
      description:
        'No trait: the day of what was first heard of it. Default: created_at, or its first event if earlier.',
      ...DAY,
    },
  },
});

const AT = 'A day, a range FROM..TO, or an instant such as 2025-06-03T10:00:00Z.';

const happening = ({ events }: ProjectNames): JsonObject => ({
  title: 'Event of a test',
  description:
    'Many events in a line: ACCOUNT USER EVENT 100/day 2025-06-01..2025-06-20. Or a map: an event with properties, traits from an instant on, or who joins an account.',
  type: ['string', 'object'],
  ...choose({
    when: { type: 'object' },
    use: closedMap(
      {
        account: { description: 'The id of the account.', type: ['string', 'number'] },
        user: {
          description: 'The id of the user; ann,bob or u1..u25 for several.',
          type: ['string', 'number'],
        },
        event: {
          description: 'The name of the event.',
          ...suggestValues([...events.keys()].map((name) => ({ name }))),
          type: 'string',
        },
        at: { description: AT, type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}' },
        times: { description: 'How often on each day.', type: 'integer', minimum: 1 },
        properties: { description: 'Properties of the event.', type: 'object' },
        traits: {
          ...ref('traits'),
          description: 'Traits that the account, or else the user, has from then on.',
        },
        remove: {
          description: 'Traits that it has no longer.',
          type: ['array', 'string'],
          items: { type: 'string' },
        },
      },
      ['at'],
    ),
  }),
});

function expectation(names: ProjectNames): JsonObject {
  const values = (keys: Iterable<string>, family: string, definition: string): JsonObject =>
    Object.fromEntries([...keys].map((name) => [`${family}${name}`, ref(definition, `${family}${name}`)]));
  return {
    title: 'Expectation',
    description: 'What must hold of an account at the close of a day.',
    type: 'object',
    minProperties: 2,
    required: ['day'],
    properties: {
      day: { description: 'The day at whose close it must hold.', ...DAY },
      account: {
        description: 'Of which account; may be left out when there is one.',
        type: ['string', 'number'],
      },
      champion: ref('value_expected', 'The user who is champion.'),
      ...values(names.rules.keys(), '', 'signal_expected'),
      ...values(names.metrics.keys(), '', 'number_expected'),
      ...values(names.scores.keys(), 'score.', 'number_expected'),
      ...values(names.bands.keys(), 'band.', 'value_expected'),
      ...values(names.grades.keys(), 'grade.', 'value_expected'),
      ...values(names.accountTraits, 'account.', 'value_expected'),
      ...Object.fromEntries([...names.segments].map(([name, text]) => [`segment.${name}`, segment(text)])),
    },
    patternProperties: {
      '^score\\.[a-z][a-z0-9_]*$': ref('number_expected'),
      '^(band|grade)\\.[a-z][a-z0-9_]*$': ref('value_expected'),
      '^(account|champion)\\..+$': ref('value_expected'),
      '^segment\\.[a-z][a-z0-9_]*$': segment('A segment.'),
      // A rule or a metric that is newer than the schema.
      '^[a-z][a-z0-9_]*$': {},
    },
    additionalProperties: false,
  };
}

const segment = (description: string): JsonObject => ({
  description,
  anyOf: [{ enum: [true, false, 'unknown'] }, {}],
  type: ['boolean', 'string'],
  pattern: '^(true|false|unknown)$',
});

/** A value, tests of it, or that there is none. */
const expected = (test: string): JsonObject => ({
  description: 'A value, tests such as {gte: 50}, or missing.',
  ...choose({ when: { const: 'missing' }, use: {}, otherwise: ref(test) }),
});

const STATES: JsonObject = { enum: ['none', 'pending', 'open', 'recovering', 'resolved'] };

const signalExpected = ({ sinks }: ProjectNames): JsonObject => ({
  description: 'The state of the signal of this rule, or a map of what matters.',
  anyOf: [STATES, {}],
  ...choose({
    when: { type: 'object' },
    use: {
      ...closedMap({
        state: { ...STATES, description: 'Where the signal is in its life.' },
        severity: { enum: SEVERITIES, description: 'How urgent it is.' },
        because: {
          description: 'Values of the evidence, by subject as the rule writes it.',
          type: 'object',
          additionalProperties: ref('value_expected'),
        },
        say: ref('value_expected', 'The sentence that people see.'),
        notified: {
          description: 'The sinks that hear of it at this very close.',
          ...suggestValues(sinks.map((name) => ({ name }))),
          type: ['array', 'string'],
          items: { type: 'string' },
        },
      }),
      minProperties: 1,
    },
    otherwise: STATES,
  }),
});
