// A metric's map as a schema: its first key decides which others it takes. All that is particular to a kind of metric
// comes from the kind itself, so that a new one is completed and explained without a change here.
import type { JsonObject, JsonValue } from '../../model/json.ts';
import type { MetricKind } from '../metrics/define-metric.ts';
import { choose } from './schema-keywords.ts';

/** @param shared the definitions that the fields of kinds refer to. */
export function buildMetric(kinds: readonly MetricKind[], shared: JsonObject): JsonObject {
  const keys = Object.fromEntries(kinds.map((kind) => [kind.key, measureKey(kind, shared)]));
  return {
    description: 'One number per account. Exactly one key says what is measured; the others belong to it.',
    type: 'object',
    minProperties: 1,
    allOf: [
      ...kinds.map((kind) =>
        choose({ when: { required: [kind.key] }, use: kindSchema(kind, shared, keys[kind.key] ?? {}) }),
      ),
      choose({
        when: { anyOf: kinds.map(({ key }) => ({ required: [key] })) },
        use: {},
        otherwise: { properties: keys, additionalProperties: false },
      }),
    ],
  };
}

const kindSchema = ({ key, fields }: MetricKind, shared: JsonObject, first: JsonObject): JsonObject => ({
  properties: Object.fromEntries(
    Object.entries(fields).map(([name, field]) => [
      name,
      name === key ? first : inPlace(field.schema, shared, field.docs),
    ]),
  ),
  required: Object.keys(fields).filter((name) => fields[name]?.required),
  additionalProperties: false,
});

function measureKey({ key, fields, docs, missing, example }: MetricKind, shared: JsonObject): JsonObject {
  const absent = missing === undefined ? 'never: it is 0' : missing;
  const markdown = [docs, `Missing when: ${absent}.`, ...(example === undefined ? [] : [`\`${example}\``])];
  return {
    ...inPlace(fields[key]?.schema ?? {}, shared, docs),
    markdownDescription: markdown.join('\n\n'),
  };
}

const PLACE = '#/definitions/';

/** The definition itself instead of a reference to it: beside a `$ref`, draft-07 ignores a description. */
function inPlace(schema: JsonObject, shared: JsonObject, docs: string | undefined): JsonObject {
  const name = typeof schema.$ref === 'string' ? schema.$ref.slice(PLACE.length) : undefined;
  const found = name === undefined ? undefined : shared[name];
  const own = isObject(found) ? found : schema;
  return docs === undefined ? own : { ...own, description: docs };
}

const isObject = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
