// Keywords of JSON Schema that need more than an object literal.
import type { JsonObject } from '../../model/json.ts';

/** A definition of the schema by its name. Keywords beside it are the editor's: a description of this use. */
export const ref = (name: string, description?: string): JsonObject => ({
  $ref: `#/definitions/${name}`,
  ...(description === undefined ? {} : { description }),
});

export interface Choice {
  readonly when: JsonObject;
  readonly use: JsonObject;
  readonly otherwise?: JsonObject;
}

/** `if`, `then`, `else`: unlike alternatives they tell what is wrong with the one that was meant. */
export const choose = ({ when, use, otherwise }: Choice): JsonObject => ({
  if: when,
  // biome-ignore lint/suspicious/noThenProperty: it is the keyword; nothing awaits a schema.
  then: use,
  ...(otherwise === undefined ? {} : { else: otherwise }),
});

/** A map with these keys and no others. */
export const closedMap = (
  properties: JsonObject,
  required: readonly string[] = [],
  description?: string,
): JsonObject => ({
  ...(description === undefined ? {} : { description }),
  type: 'object',
  properties,
  additionalProperties: false,
  ...(required.length === 0 ? {} : { required }),
});

export const NAME_PATTERN = '^[a-z][a-z0-9_]*$';

/** A map from names, which the team chooses, to values of one kind. */
export const namedMap = (value: JsonObject, description: string): JsonObject => ({
  description,
  type: 'object',
  propertyNames: { pattern: NAME_PATTERN },
  additionalProperties: value,
});
