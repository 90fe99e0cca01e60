// How a metric kind is declared: its key, its fields, and the metric that their values make.
import type { Metric } from '../metric.ts';
import { checkFilter } from '../read/check-filter.ts';
import type { MetricField } from '../read/fields.ts';
import { readMap, requireKeys } from '../read/read-map.ts';
import type { Reading } from '../read/reading.ts';
import type { MapNode } from '../read/source.ts';

type Fields = Readonly<Record<string, MetricField<unknown>>>;
type Value<F> = F extends MetricField<infer T> ? T : never;
type Values<F extends Fields> = {
  readonly [K in keyof F]: F[K] extends { readonly required: true } ? Value<F[K]> : Value<F[K]> | undefined;
};

/** Where a metric stands, for checks beyond its single fields. */
export interface MetricPlace {
  readonly reading: Reading;
  readonly node: MapNode;
  readonly what: string;
}

export interface MetricDeclaration<F extends Fields> {
  /** The key that names what is measured; one of `fields`. */
  readonly key: string & keyof F;
  readonly fields: F;
  /** One line for docs/rules.md and for editors. */
  readonly docs: string;
  /** When its value is missing, to follow "missing when", such as `it never happened`; left out: never, it is 0. */
  readonly missing?: string;
  /** A whole metric of the kind as YAML in one line, for docs/rules.md and for editors; it is read in a test. */
  readonly example: string;
  /** Undefined after a problem was reported. */
  build(values: Values<F>, place: MetricPlace): Metric | undefined;
}

export interface MetricKind {
  readonly key: string;
  readonly fields: Fields;
  readonly docs: string;
  readonly missing: string | undefined;
  readonly example: string;
  /** Undefined after a problem was reported. */
  read(node: MapNode, reading: Reading, what: string): Metric | undefined;
}

export function defineMetric<F extends Fields>(declaration: MetricDeclaration<F>): MetricKind {
  const { key, fields, docs, missing, example } = declaration;
  return {
    key,
    fields,
    docs,
    missing,
    example,
    read(node, reading, what) {
      const values = readFields(node, reading, { fields, what });
      if (values === undefined) return undefined;
      const metric = declaration.build(values as Values<F>, { reading, node, what });
      if (metric !== undefined) reading.spans.set(metric, node.span);
      return metric;
    },
  };
}

/** Undefined when a required field is missing or any field is faulty. */
function readFields(
  node: MapNode,
  reading: Reading,
  { fields, what }: { readonly fields: Fields; readonly what: string },
): Readonly<Record<string, unknown>> | undefined {
  const keys = Object.keys(fields);
  const entries = readMap(node, reading, { what, keys });
  if (entries === undefined) return undefined;
  let complete = requireKeys(node, entries, reading, {
    what,
    keys: keys.filter((key) => fields[key]?.required),
  });
  const values: Record<string, unknown> = {};
  for (const [key, entry] of entries) {
    values[key] = fields[key]?.read(entry.value, reading);
    if (values[key] === undefined) complete = false;
  }
  const filter = entries.get('where');
  if (!complete || filter === undefined) return complete ? values : undefined;
  // What `where` may ask depends on the events: a change of a trait has `from` and `to`.
  return checkFilter(filter.value, values, reading) ? values : undefined;
}
