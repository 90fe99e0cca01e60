// The values that many keys share: windows, durations, events, METRIC operands and `where`.
import type { JsonObject } from '../../model/json.ts';
import type { ProjectNames } from './project-names.ts';
import { choose, ref } from './schema-keywords.ts';
import { type Suggestion, snippets, suggestValues } from './suggest-values.ts';

/** Definitions by the names that fields and other definitions refer to. */
export function buildValues(names: ProjectNames): JsonObject {
  return {
    window: WINDOW,
    duration: DURATION,
    duration_or_zero: DURATION_OR_ZERO,
    event_name: eventName(names),
    event: event(names),
    event_or_condition: eventOrCondition(names),
    operand: operand(names),
    where: where(names),
    property: PROPERTY,
    formula: FORMULA,
    date_trait: dateTrait(names),
    account_traits: accountTraitList(names),
  };
}

const WINDOW: JsonObject = {
  description:
    'Which days count, up to the day of evaluation: 30d is the day and the 29 before it, 4w is 28 days, 3mo is this calendar month and the two before it, ever is everything, "first 14d" the first days of the account, "since account.TRAIT" from a date on. There are no hours.',
  type: 'string',
  pattern: '^([0-9]{1,9}(d|w|mo)|ever|first\\s+[0-9]{1,9}[dw]|since\\s+account\\..+)$',
  patternErrorMessage:
    'Write days such as 30d, weeks such as 4w, months such as 3mo, ever, first 14d, or since account.TRAIT. There are no hours.',
  ...snippets({
    '7d': 'the day and the six before it',
    '28d': 'four whole weeks: every weekday equally often',
    '30d': 'the day and the 29 before it',
    '3mo': 'this calendar month to date and the two before it',
    ever: 'everything',
    'first 14d': 'the first fourteen days of the account',
    'since account.created_at': 'from the date in a trait on',
  }),
};

const DURATION: JsonObject = {
  description: 'Whole days such as 14d, or weeks such as 2w. There are no hours.',
  type: 'string',
  pattern: '^[0-9]{1,9}[dw]$',
  patternErrorMessage: 'Write whole days such as 14d, or weeks such as 2w. There are no hours.',
  ...snippets({ '7d': 'a week', '14d': 'two weeks', '28d': 'four weeks', '90d': 'a quarter' }),
};

const DURATION_OR_ZERO: JsonObject = {
  description: 'Whole days such as 2d, weeks such as 2w, or 0.',
  type: ['string', 'integer'],
  pattern: '^(0|[0-9]{1,9}[dw])$',
  patternErrorMessage: 'Write whole days such as 2d, weeks such as 2w, or 0. There are no hours.',
  minimum: 0,
  maximum: 0,
};

const PROPERTY: JsonObject = {
  description: 'A property of the event; a.b reaches into objects.',
  type: 'string',
  minLength: 1,
};

const accountTraitList = ({ accountTraits }: ProjectNames): JsonObject => ({
  description: 'Traits of the account, written account.TRAIT.',
  ...suggestValues(accountTraits.map((trait) => ({ name: `account.${trait}` }))),
  type: ['array', 'string'],
  pattern: '^account\\..+$',
  items: {
    ...suggestValues(accountTraits.map((trait) => ({ name: `account.${trait}` }))),
    type: 'string',
    pattern: '^account\\..+$',
  },
  minItems: 1,
});

const EVENT_DOCS =
  'An event by its name, a list of names, or any for every tracked event. account.TRAIT or user.TRAIT is a change of that trait, signal.RULE an opening of that rule; these stand alone.';

const eventName = ({ events }: ProjectNames): JsonObject => ({
  description: 'An event by its name as it is sent; quote names with punctuation.',
  ...suggestValues(namedEvents(events), TEXT),
});

function event({ events, accountTraits, userTraits, rules }: ProjectNames): JsonObject {
  const suggestions: readonly Suggestion[] = [
    { name: 'any', docs: 'every tracked event' },
    ...namedEvents(events),
    ...accountTraits.map((trait) => ({ name: `account.${trait}`, docs: `a change of the trait ${trait}` })),
    ...userTraits.map((trait) => ({
      name: `user.${trait}`,
      docs: `a change of the trait ${trait} of a user`,
    })),
    ...[...rules.keys()].map((rule) => ({ name: `signal.${rule}`, docs: `an opening of ${rule}` })),
  ];
  return {
    description: EVENT_DOCS,
    ...suggestValues(suggestions),
    type: ['string', 'array'],
    items: ref('event_name'),
    minItems: 1,
    minLength: 1,
  };
}

/** A map or a boolean is a condition. */
const eventOrCondition = (names: ProjectNames): JsonObject => ({
  ...event(names),
  description: `${EVENT_DOCS} Or a condition, such as {messages: {gte: 10}}.`,
  type: ['string', 'array', 'boolean', 'object'],
  ...choose({ when: { type: ['boolean', 'object'] }, use: ref('condition') }),
});

const FORMULA: JsonObject = {
  description:
    'Arithmetic in quotes: numbers, metrics, account.TRAIT, account.age_days, score.NAME, + - * /, parentheses, min, max, abs, coalesce.',
  type: 'string',
  minLength: 1,
};

const dateTrait = ({ accountTraits }: ProjectNames): JsonObject => ({
  description: 'A trait of the account that holds a date.',
  ...suggestValues(accountTraits.map((trait) => ({ name: `account.${trait}` }))),
  type: 'string',
  pattern: '^account\\..+$',
});

const namedEvents = (events: ProjectNames['events']): readonly Suggestion[] =>
  [...events].map(([name, count]) => ({
    name,
    docs: count === undefined ? 'named in the rules' : `received ${count.toLocaleString('en')} times`,
  }));

const TEXT: JsonObject = { type: 'string', minLength: 1 };

/** METRIC: a name, or a metric in place. */
function operand({ metrics, scores, accountTraits }: ProjectNames): JsonObject {
  const suggestions: readonly Suggestion[] = [
    ...[...metrics].map(([name, docs]) => ({ name, docs })),
    { name: 'account.age_days', docs: 'days since the trait created_at, else since the first event' },
    ...accountTraits.map((trait) => ({ name: `account.${trait}`, docs: `the trait ${trait}, as a number` })),
    ...[...scores].map(([name, docs]) => ({ name: `score.${name}`, docs })),
  ];
  return {
    description:
      'A number per account: the name of a metric, account.TRAIT, account.age_days, score.NAME, or a metric in place such as {count: message_sent, window: 7d}.',
    ...suggestValues(suggestions),
    type: ['string', 'object'],
    ...choose({
      when: { type: 'object' },
      use: ref('metric'),
      otherwise: { pattern: '^([a-z][a-z0-9_]*|(account|champion)\\..+|score\\.[a-z][a-z0-9_]*)$' },
    }),
  };
}

const where = ({ userTraits }: ProjectNames): JsonObject => ({
  description:
    'Which events count: properties with a value or a test, all of which must hold. a.b reaches into objects, user.TRAIT is a trait of the user who did it, user_id the user.',
  type: 'object',
  minProperties: 1,
  properties: {
    user_id: ref('any_test', 'The id of the user who did it.'),
    ...Object.fromEntries(
      userTraits.map((trait) => [
        `user.${trait}`,
        ref('any_test', `The trait ${trait} of the user who did it.`),
      ]),
    ),
  },
  additionalProperties: ref('any_test'),
});
