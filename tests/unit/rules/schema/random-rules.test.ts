// What the reader takes, the schema never marks: on random valid rule sets, with and without the names in them.
import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import { buildSchema } from '../../../../src/rules/schema/build-schema.ts';
import { collectNames } from '../../../../src/rules/schema/collect-names.ts';
import { findFeatures } from '../../../agreement/features.ts';
import { makeCase } from '../../../agreement/run-seed.ts';

const CASES = 100;
/** Compiling a schema takes half a second. */
const NAMED = 3;

const features = findFeatures();
const rulesOf = (seed: number) => makeCase(seed, features, { worlds: 0, days: 3 }).rules;

test(`no random rule set of ${CASES} is marked`, () => {
  const ajv = new Ajv({ strict: false, allErrors: true });
  const validate = ajv.compile(buildSchema(collectNames({}, {})));
  for (let seed = 1; seed <= CASES; seed++)
    expect([seed, validate(rulesOf(seed)) ? '' : ajv.errorsText(validate.errors)]).toEqual([seed, '']);
}, 60_000);

test.each(Array.from({ length: NAMED }, (_, index) => index + 1))(
  'nor one with its own names: %i',
  (seed) => {
    const rules = rulesOf(seed);
    const ajv = new Ajv({ strict: false, allErrors: true });
    const names = collectNames({ 'rules.yaml': JSON.stringify(rules) }, {});
    expect(names.metrics.size).toBeGreaterThan(0);
    expect(ajv.validate(buildSchema(names), rules) ? '' : ajv.errorsText()).toBe('');
  },
);
