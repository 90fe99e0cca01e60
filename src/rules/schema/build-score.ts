// Scores and grades as schemas.
import type { JsonObject } from '../../model/json.ts';
import type { ProjectNames } from './project-names.ts';
import { choose, closedMap, NAME_PATTERN, namedMap, ref } from './schema-keywords.ts';
import { suggestValues } from './suggest-values.ts';

/** Definitions: `score`, `part` and `grade`. */
export const buildScore = (names: ProjectNames): JsonObject => ({
  score: { title: 'Score', ...SCORE },
  part: { title: 'Part of a score', ...PART },
  grade: grade(names),
});

const POINTS_BY_NUMBER = '^-?\\d+(\\.\\d+)?$';

const SCORE: JsonObject = closedMap(
  {
    parts: {
      ...namedMap(ref('part'), 'Weighted parts, whose weights add up to out_of.'),
      minProperties: 1,
    },
    out_of: {
      description: 'What the weights must add up to; default 100.',
      type: 'number',
      exclusiveMinimum: 0,
      maximum: 1_000_000,
    },
    who: ref('condition', 'Accounts that have this score; default everyone.'),
    missing: {
      description: 'What becomes of the weight of a part that is missing; default redistribute.',
      enum: ['redistribute', 'zero'],
      enumDescriptions: [
        'the other parts take it in proportion, and the score carries its coverage',
        'the part gives no points',
      ],
    },
    min_coverage: {
      description:
        'Share of the weights (0 to 1) below which the score is missing; default 0.5, with missing: zero 0.',
      type: 'number',
      minimum: 0,
      maximum: 1,
    },
    bands: {
      ...namedMap({ type: 'number', minimum: 0 }, 'Names of ranges by where they begin; the first at 0.'),
      minProperties: 1,
      maxProperties: 50,
    },
    caps: {
      description: 'Where a condition is true, the score is at most so much; the lowest one counts.',
      type: 'array',
      minItems: 1,
      items: closedMap(
        {
          when: ref('condition', 'When it is true, the score is cut. Unknown counts as not true.'),
          at: { type: 'number', minimum: 0, description: 'The most that the score can be then.' },
        },
        ['when', 'at'],
        'One red makes it red.',
      ),
    },
  },
  ['parts'],
  'A number made of weighted parts, which add up to it exactly.',
);

const PART: JsonObject = {
  ...closedMap(
    {
      weight: { description: 'The most points of this part.', type: 'number', exclusiveMinimum: 0 },
      metric: ref('operand', 'What is measured: a metric, account.TRAIT, score.NAME, or a metric in place.'),
      from: { description: 'The value that gives no points; above "to" it turns round.', type: 'number' },
      to: { description: 'The value from which on all points are given.', type: 'number' },
      steps: {
        description: 'Points from a value on, such as {0: 0, 3: 15, 10: 30}; below the lowest 0.',
        type: 'object',
        propertyNames: { pattern: POINTS_BY_NUMBER },
        additionalProperties: { type: 'number', minimum: 0 },
        minProperties: 1,
      },
      points: {
        description:
          'Points by condition, such as {10: {seats: {gte: 50}}, 5: {seats: {gte: 10}}}: the highest that is true.',
        type: 'object',
        propertyNames: { pattern: POINTS_BY_NUMBER },
        additionalProperties: ref('condition'),
        minProperties: 1,
      },
      when: ref('condition', 'All points where this is true, none where it is false.'),
    },
    ['weight'],
    'A weight, and one way to score: metric with from and to, metric with steps, points, or when.',
  ),
  allOf: [
    choose({ when: { required: ['from'] }, use: { required: ['metric', 'to'] } }),
    choose({ when: { required: ['to'] }, use: { required: ['metric', 'from'] } }),
    choose({ when: { required: ['steps'] }, use: { required: ['metric'] } }),
  ],
};

const grade = ({ scores }: ProjectNames): JsonObject => ({
  title: 'Grade',
  description:
    'Two scores by what they stand for, such as {fit: icp_fit, usage: adoption}: the letter is the band of the first, the number that of the second, best is A1.',
  type: 'object',
  minProperties: 2,
  maxProperties: 2,
  additionalProperties: {
    ...suggestValues(
      [...scores].map(([name, docs]) => ({ name, docs })),
      { pattern: NAME_PATTERN },
    ),
    type: 'string',
  },
});
