// What YAML and JSON parse to, and tiny readers of it that throw where a shape is not what the language asks for.
// The reference evaluator reads rules with these alone: it shares nothing with the reader of rule files.

export type Plain = string | number | boolean | null | readonly Plain[] | { readonly [key: string]: Plain };
export type PlainMap = { readonly [key: string]: Plain };

export const isMap = (value: Plain | undefined): value is PlainMap =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const isList = (value: Plain | undefined): value is readonly Plain[] => Array.isArray(value);

export function asMap(value: Plain | undefined): PlainMap {
  if (isMap(value)) return value;
  throw new Error(`not a map: ${JSON.stringify(value)}`);
}

export function asList(value: Plain | undefined): readonly Plain[] {
  if (isList(value)) return value;
  throw new Error(`not a list: ${JSON.stringify(value)}`);
}

export function asText(value: Plain | undefined): string {
  if (typeof value === 'string') return value;
  throw new Error(`not a text: ${JSON.stringify(value)}`);
}

export function asNumber(value: Plain | undefined): number {
  if (typeof value === 'number') return value;
  throw new Error(`not a number: ${JSON.stringify(value)}`);
}

export const numberOr = (value: Plain | undefined, otherwise: number): number =>
  value === undefined ? otherwise : asNumber(value);

/** `2d` or `2w`, or a bare 0, in days. */
export function asDays(value: Plain | undefined): number {
  const match = /^(\d+)(d|w)?$/.exec(String(value));
  if (match === null) throw new Error(`not a duration: ${JSON.stringify(value)}`);
  return Number(match[1]) * (match[2] === 'w' ? 7 : 1);
}

/** The parts of a rule file. */
export interface PlainRuleset {
  readonly metrics?: PlainMap;
  readonly segments?: PlainMap;
  readonly scores?: PlainMap;
  readonly grades?: PlainMap;
  readonly rules?: PlainMap;
}

/** One message as it was received. */
export interface Envelope {
  readonly type: 'track' | 'identify' | 'group' | 'alias' | 'retract';
  readonly id: string;
  readonly account_id?: string;
  readonly user_id?: string;
  /** Of an alias: the other id of the user. */
  readonly previous_id?: string;
  readonly event?: string;
  /** Of a retraction: the event that it names. */
  readonly event_id?: string;
  /** ISO 8601, UTC. */
  readonly timestamp: string;
  readonly properties?: PlainMap;
  readonly traits?: PlainMap;
}
