// A metric's map as a schema: its first key decides which others it takes. All that is particular to a kind of metric
// comes from the kind itself, so that a new one is completed and explained without a change here.
import type { JsonObject } from '../../model/json.ts';
import type { MetricKind } from '../metrics/define-metric.ts';
import { choose } from './schema-keywords.ts';

export function buildMetric(kinds: readonly MetricKind[]): JsonObject {
  const keys = Object.fromEntries(kinds.map((kind) => [kind.key, measureKey(kind)]));
  return {
    title: 'Metric',
    description: 'One number per account. Exactly one key says what is measured; the others belong to it.',
    type: 'object',
    minProperties: 1,
    allOf: [
      ...kinds.map((kind) => choose({ when: { required: [kind.key] }, use: kindSchema(kind) })),
      choose({
        when: { anyOf: kinds.map(({ key }) => ({ required: [key] })) },
        use: {},
        otherwise: { properties: keys, additionalProperties: false },
      }),
    ],
  };
}

const kindSchema = (kind: MetricKind): JsonObject => ({
  title: `Metric "${kind.key}"`,
  properties: Object.fromEntries(
    Object.entries(kind.fields).map(([name, { schema, docs }]) => [
      name,
      name === kind.key
        ? measureKey(kind)
        : docs === undefined
          ? schema
          : { ...schema, description: sentence(docs) },
    ]),
  ),
  additionalProperties: false,
  // Apart from `properties`: beside them an editor offers all of them at once, as one more completion.
  allOf: [{ required: Object.keys(kind.fields).filter((name) => kind.fields[name]?.required) }],
});

function measureKey({ key, fields, docs, missing, example }: MetricKind): JsonObject {
  const absent =
    missing === undefined ? 'Never missing: 0 when there is nothing.' : `Missing when ${missing}.`;
  return {
    ...fields[key]?.schema,
    description: docs,
    markdownDescription: [docs, absent, `\`${example}\``].join('\n\n'),
  };
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
