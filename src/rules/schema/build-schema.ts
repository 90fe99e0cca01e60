// The JSON Schema (draft-07) of a rule file and of the tests beside it, for editors: it completes, explains, and marks what cannot be right.
// Names that it does not know are allowed, and what needs the whole ruleset is left to `rules check`.
import type { JsonObject } from '../../model/json.ts';
import { METRIC_KINDS } from '../metrics/metric-kinds.ts';
import { buildConditions } from './build-conditions.ts';
import { buildMetric } from './build-metric.ts';
import { buildRule } from './build-rule.ts';
import { buildScore } from './build-score.ts';
import { buildTests } from './build-tests.ts';
import { buildValues } from './build-values.ts';
import type { ProjectNames } from './project-names.ts';
import { choose, closedMap, namedMap, ref } from './schema-keywords.ts';

/** Descriptions are plain text, and Markdown in `markdownDescription` where there is more to show. */
export function buildSchema(names: ProjectNames): JsonObject {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Tidemark rules',
    description:
      'Rules, and the metrics, segments, scores and grades that they are made of; or tests of them.',
    type: 'object',
    ...choose({
      when: { required: ['tests'] },
      use: closedMap({ tests: TESTS }),
      otherwise: ref('rule_file'),
    }),
    definitions: {
      rule_file: RULE_FILE,
      metric: buildMetric([...METRIC_KINDS.values()]),
      ...buildValues(names),
      ...buildConditions(names),
      ...buildScore(names),
      ...buildRule(names),
      ...buildTests(names),
    },
  };
}

const TESTS: JsonObject = {
  description: 'Tests of the rules, in a file of their own that ends in .test.yaml.',
  type: 'array',
  items: ref('test'),
};

const RULE_FILE: JsonObject = closedMap({
  metrics: namedMap(ref('metric'), 'Numbers about an account, by name.'),
  segments: namedMap(ref('condition'), 'Conditions with a name, used as {segment: NAME}.'),
  scores: namedMap(ref('score'), 'Weighted sums, by name; used as score.NAME and band.NAME.'),
  grades: namedMap(ref('grade'), 'Two scores crossed, such as A1; used as grade.NAME.'),
  rules: namedMap(ref('rule'), 'Which accounts to hear about, and when, by name.'),
  defaults: ref('defaults'),
  // For completion: a file that has it is one of tests.
  tests: TESTS,
});
