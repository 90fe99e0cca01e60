// ClickHouse's names of types, as far as the lengths of their values in FORMAT Native need them.

export type NativeType =
  | { readonly is: 'fixed'; readonly bytes: number }
  | { readonly is: 'text' }
  | { readonly is: 'nullable' | 'array' | 'dictionary'; readonly of: NativeType }
  | { readonly is: 'tuple'; readonly parts: readonly NativeType[] }
  | { readonly is: 'unknown'; readonly name: string };

const FIXED: Readonly<Record<string, number>> = {
  ...{
    Bool: 1,
    Int8: 1,
    UInt8: 1,
    Enum8: 1,
    Nothing: 1,
    Int16: 2,
    UInt16: 2,
    Enum16: 2,
    Date: 2,
    BFloat16: 2,
  },
  ...{ Int32: 4, UInt32: 4, Float32: 4, Date32: 4, DateTime: 4, Time: 4, IPv4: 4 },
  ...{ Int64: 8, UInt64: 8, Float64: 8, DateTime64: 8, Time64: 8 },
  ...{ Int128: 16, UInt128: 16, UUID: 16, IPv6: 16, Point: 16, Int256: 32, UInt256: 32 },
};

const fixed = (bytes: number): NativeType => ({ is: 'fixed', bytes });
const arrayOf = (of: NativeType): NativeType => ({ is: 'array', of });

const POINT = fixed(16);
const SHAPES: Readonly<Record<string, NativeType>> = {
  ...{ Ring: arrayOf(POINT), LineString: arrayOf(POINT) },
  ...{ Polygon: arrayOf(arrayOf(POINT)), MultiLineString: arrayOf(arrayOf(POINT)) },
  MultiPolygon: arrayOf(arrayOf(arrayOf(POINT))),
};

/** What it does not know is `unknown`, not a failure: a block without rows needs no lengths. */
export function parseNativeType(text: string): NativeType {
  const match = /^(\w+)(?:\((.*)\))?$/s.exec(text.trim());
  const [name = '', inner] = [match?.[1], match?.[2]];
  const parameters = inner === undefined ? [] : splitParameters(inner);
  const bytes = FIXED[name];
  if (bytes !== undefined) return fixed(bytes);
  return SHAPES[name] ?? parseComposed(name, parameters) ?? { is: 'unknown', name: text };
}

function parseComposed(name: string, parameters: readonly string[]): NativeType | undefined {
  const [first = '', second = ''] = parameters;
  switch (name) {
    case 'String':
      return { is: 'text' };
    case 'FixedString':
      return fixed(Number(first));
    case 'Decimal':
      return fixed(decimalBytes(Number(first)));
    case 'Nullable':
      return { is: 'nullable', of: parseNativeType(first) };
    case 'LowCardinality':
      return { is: 'dictionary', of: parseNativeType(withoutNullable(first)) };
    case 'Array':
      return arrayOf(parseNativeType(first));
    case 'SimpleAggregateFunction':
      return parseNativeType(second);
    case 'Map':
      return arrayOf({ is: 'tuple', parts: parameters.map(parseNativeType) });
    case 'Nested':
      return arrayOf({ is: 'tuple', parts: parameters.map(parseElement) });
    case 'Tuple':
      return parameters.length === 0 ? fixed(1) : { is: 'tuple', parts: parameters.map(parseElement) };
    default:
      return name.startsWith('Interval') ? fixed(8) : undefined;
  }
}

/** The words of a dictionary are never null: null is the first of them. */
const withoutNullable = (type: string): string => /^Nullable\((.*)\)$/s.exec(type)?.[1] ?? type;

const decimalBytes = (precision: number): number =>
  precision <= 9 ? 4 : precision <= 18 ? 8 : precision <= 38 ? 16 : 32;

/** An element of a tuple may have a name, in backticks where it is no word. */
const parseElement = (text: string): NativeType =>
  parseNativeType(text.replace(/^(?:`(?:[^`\\]|\\.|``)*`|\w+)\s+(?=\w)/s, ''));

/** At the commas outside of brackets and quotes. */
function splitParameters(text: string): readonly string[] {
  const parts: string[] = [];
  const tokens = text.match(/'(?:[^'\\]|\\.|'')*'|`(?:[^`\\]|\\.|``)*`|[(),]|[^'`(),]+/gs) ?? [];
  let depth = 0;
  let part = '';
  for (const token of tokens) {
    if (token === '(') depth += 1;
    if (token === ')') depth -= 1;
    if (token === ',' && depth === 0) {
      parts.push(part.trim());
      part = '';
    } else part += token;
  }
  return part.trim() === '' ? parts : [...parts, part.trim()];
}
