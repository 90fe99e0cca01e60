// The table of metrics in docs/rules.md, from what each kind says of itself.
import type { JsonObject, JsonValue } from '../../src/model/json.ts';
import type { MetricKind } from '../../src/rules/metrics/define-metric.ts';

/** Markdown, without a line break at its end. */
export function describeMetrics(kinds: Iterable<MetricKind>): string {
  const rows = [...kinds].map((kind) => `| ${cells(kind).join(' | ')} |`);
  return ['| metric | value | missing when | example |', '|---|---|---|---|', ...rows].join('\n');
}

function cells(kind: MetricKind): readonly string[] {
  const { docs, missing, example } = kind;
  return [
    form(kind),
    [sentence(docs), ...explanations(kind)].join(' '),
    missing ?? 'never: 0',
    code(example),
  ];
}

/** What is required, and below it what may stand beside it. */
function form({ key, fields }: MetricKind): string {
  const named = Object.entries(fields).map(([name, field]) => ({ name, field }));
  const first = named.filter(({ name }) => name === key);
  const required = named.filter(({ name, field }) => name !== key && field.required);
  const optional = named.filter(({ name, field }) => name !== key && !field.required);
  const write = (entries: typeof named): string =>
    entries.map(({ name, field }) => `${name}${valueForm(field.schema)}`).join(', ');
  const must = code(write([...first, ...required]));
  return optional.length === 0 ? must : `${must}<br>and ${code(write(optional))}`;
}

/** Keys whose meaning the kind itself explains. */
const explanations = ({ key, fields }: MetricKind): readonly string[] =>
  Object.entries(fields).flatMap(([name, { docs }]) =>
    name === key || docs === undefined ? [] : [`\`${name}\`: ${sentence(docs)}`],
  );

/** A window and a filter are explained above the table; their names say it. */
const PLAIN = new Set(['window', 'where']);
const SHARED: Readonly<Record<string, string>> = {
  event: 'EVENT',
  event_or_condition: 'EVENT or CONDITION',
  date_trait: 'account.TRAIT',
  operand: 'METRIC',
  duration: 'D',
  property: 'PROPERTY',
  formula: '"…"',
  account_traits: '[account.TRAIT, …]',
};

function valueForm(schema: JsonObject): string {
  const name = referred(schema);
  return name !== undefined && PLAIN.has(name) ? '' : `: ${formOf(schema)}`;
}

function formOf(schema: JsonObject): string {
  const name = referred(schema);
  if (name !== undefined) return SHARED[name] ?? name.toUpperCase();
  if (Array.isArray(schema.enum)) return schema.enum.join('|');
  const alternatives = (schema.anyOf ?? schema.oneOf) as readonly JsonObject[] | undefined;
  if (alternatives !== undefined) return [...new Set(alternatives.map(formOf))].join(' or ');
  if (schema.type === 'array') return listForm(schema);
  return schema.type === 'number' || schema.type === 'integer' ? 'n' : 'TEXT';
}

function listForm({ items, minItems, maxItems }: JsonObject): string {
  const item = isObject(items) ? formOf(items) : '…';
  const several = typeof maxItems === 'number' && maxItems === minItems;
  return `[${several ? Array.from({ length: maxItems }, () => item).join(', ') : `${item}, …`}]`;
}

const referred = ({ $ref }: JsonObject): string | undefined =>
  typeof $ref === 'string' ? $ref.slice($ref.lastIndexOf('/') + 1) : undefined;

const isObject = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** In a table even code must not hold a bare bar. */
const code = (text: string): string => `\`${text.replaceAll('|', '\\|')}\``;

const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);
