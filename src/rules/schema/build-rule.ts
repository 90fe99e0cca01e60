// Rules and `defaults` as schemas.

import type { JsonObject } from '../../model/json.ts';
import { SEVERITIES } from '../../model/signal.ts';
import type { ProjectNames } from './project-names.ts';
import { choose, closedMap, NAME_PATTERN, ref } from './schema-keywords.ts';
import { suggestValues } from './suggest-values.ts';

/** Definitions: `rule`, `defaults` and `notice`. */
export const buildRule = (names: ProjectNames): JsonObject => ({
  rule: {
    title: 'Rule',
    ...closedMap(
      { ...ABOUT, ...CONDITIONS, ...DURATIONS, ...TELLING, notify: notify(names), ...INHERITED },
      ['kind', 'when'],
      'Which accounts to hear about, and when: a signal opens for each account of which it is true.',
    ),
  },
  defaults: {
    title: 'Defaults',
    ...closedMap(
      { ...INHERITED, cooldown: DURATIONS.cooldown, keep_open: DURATIONS.keep_open },
      [],
      'What the rules of this file have where they do not say otherwise.',
    ),
  },
  notice: notice(names),
});

const text = (description: string): JsonObject => ({ description, type: 'string', minLength: 1 });

const ABOUT: JsonObject = {
  kind: {
    description: 'What sort of signal it is; sinks are chosen by it.',
    ...suggestValues(
      [
        { name: 'pql', docs: 'product-qualified lead: its use of the product says that it is ready to buy' },
        { name: 'mql', docs: 'marketing-qualified lead: its interest says so' },
        { name: 'expansion', docs: 'a customer that has outgrown what it pays for' },
        { name: 'onboarding', docs: 'a new account that does not get going' },
        { name: 'churn_risk', docs: 'a customer that may leave' },
      ],
      { pattern: NAME_PATTERN },
    ),
    type: 'string',
  },
  note: text('For whoever reads the rule.'),
  playbook: {
    description: 'What to do about it: a text, or a list of steps.',
    type: ['string', 'array'],
    items: { type: 'string', minLength: 1 },
    minItems: 1,
    minLength: 1,
  },
  was: {
    description: 'Its former name, whose signals it takes over.',
    type: 'string',
    pattern: NAME_PATTERN,
  },
};

const CONDITIONS: JsonObject = {
  who: ref(
    'condition',
    'Accounts that it is about; default everyone. A signal whose account leaves resolves.',
  ),
  when: ref('condition', 'Opens the signal.'),
  resolve_when: ref(
    'condition',
    'Recovery needs this true and "when" not true, so that a value near its threshold does not flap.',
  ),
  mute_if: ref('condition', 'Where this is true it opens silently.'),
  severity: {
    description:
      'How urgent: a word, or a condition for each; the most severe true one wins. Default medium.',
    anyOf: [{ enum: SEVERITIES }, {}],
    ...choose({
      when: { type: 'object' },
      use: {
        ...closedMap(
          Object.fromEntries(
            SEVERITIES.map((severity) => [severity, ref('condition', `When it is ${severity}.`)]),
          ),
        ),
        minProperties: 1,
      },
      otherwise: { enum: SEVERITIES },
    }),
  },
};

const DURATIONS: Readonly<Record<'for' | 'keep_open' | 'cooldown', JsonObject>> = {
  for: ref('duration_or_zero', 'How long it must be true before it opens, such as 2d; default 0.'),
  keep_open: ref('duration_or_zero', 'How long it must have recovered before it resolves; default 0.'),
  cooldown: ref('duration_or_zero', 'How long after that it may not open again; default 0.'),
};

const TELLING: JsonObject = {
  say: {
    description:
      'One sentence with {metric}, {account.trait}, {score.name}, {champion.name}; {x:percent} and {x:number} are formats. Quote it. What is missing prints as –.',
    type: 'string',
    minLength: 1,
    maxLength: 1000,
  },
  outcome: closedMap(
    {
      event: ref('event_name', 'What happens when the signal was right.'),
      within: ref('duration', 'Within what time of its opening.'),
    },
    ['event', 'within'],
    'The event that proves it right, and within what time.',
  ),
  on_create: {
    description:
      'What becomes of accounts of which it is true already when the rule is new; default baseline.',
    enum: ['baseline', 'notify'],
    enumDescriptions: ['recorded and listed, not sent', 'sent like any other'],
  },
};

/** Keys that `defaults` takes too. */
const INHERITED: JsonObject = {
  if_missing: {
    description: 'What unknown means for "when"; default hold.',
    anyOf: [
      {
        enum: ['hold', false, true],
        enumDescriptions: [
          'open stays open and closed stays closed; after 30 days unknown it resolves',
          'as if it were false',
          'as if it were true',
        ],
      },
      {},
    ],
    type: ['string', 'boolean'],
    // As texts too: the reader takes the word, quoted or not.
    pattern: '^(hold|false|true)$',
  },
  owner: text('Who answers for the rule: a person or a team.'),
  stage: {
    description: 'How far the rule has come; default live.',
    enum: ['live', 'shadow', 'draft'],
    enumDescriptions: [
      'evaluated and sent',
      'its whole life is recorded, nothing is sent',
      'checked, not evaluated',
    ],
  },
  max_new_per_day: {
    description:
      'More new ones in a day are held until released: a number of accounts, or a fraction below 1 of them. Default: the larger of 50 and 0.02.',
    type: 'number',
    exclusiveMinimum: 0,
  },
};

const notify = ({ sinks }: ProjectNames): JsonObject => ({
  description: 'Who hears of it: a sink, or a list of them. Default: the route of its kind in tidemark.yaml.',
  ...suggestValues(sinks.map((name) => ({ name }))),
  ...choose({ when: { type: 'array' }, use: { items: ref('notice') }, otherwise: ref('notice') }),
});

function notice({ sinks }: ProjectNames): JsonObject {
  const sink: JsonObject = {
    description: 'A sink of tidemark.yaml.',
    ...suggestValues(
      sinks.map((name) => ({ name })),
      { pattern: NAME_PATTERN },
    ),
    type: 'string',
  };
  return {
    ...sink,
    type: ['string', 'object'],
    ...choose({
      when: { type: 'object' },
      use: closedMap(
        {
          sink,
          repeat: ref('duration', 'A new notice after so many days, while it is open.'),
          states: {
            description: 'Only these states are sent; default all.',
            ...choose({ when: { type: 'array' }, use: { items: STATE }, otherwise: STATE }),
          },
        },
        ['sink'],
      ),
    }),
  };
}

const STATE: JsonObject = { enum: ['open', 'recovering', 'resolved'] };
