// Traits and properties of a test: whatever YAML says, as JSON.
import type { JsonObject, JsonValue } from '../../model/json.ts';
import { isTruthOfOtherLanguage } from '../read/is-truth-of-other-language.ts';
import type { Reading } from '../read/reading.ts';
import type { MapNode, SourceNode } from '../read/source.ts';

/** Undefined after a problem was reported. */
export function readJsonObject(node: SourceNode, reading: Reading, what: string): JsonObject | undefined {
  if (node.kind === 'invalid') return undefined;
  if (node.kind !== 'map') {
    reading.problems.add('T011', node.span, `${what} must be a map`, 'such as {plan: free, seats: 5}');
    return undefined;
  }
  return toObject(node, reading);
}

const toObject = (node: MapNode, reading: Reading): JsonObject =>
  Object.fromEntries(node.entries.map(({ key, value }) => [key, toJson(value, reading)]));

/** What YAML got wrong has been told, and is null here. */
function toJson(node: SourceNode, reading: Reading): JsonValue {
  switch (node.kind) {
    case 'scalar':
      return isTruthOfOtherLanguage(node, reading) ? null : node.value;
    case 'list':
      return node.items.map((item) => toJson(item, reading));
    case 'map':
      return toObject(node, reading);
    case 'invalid':
      return null;
  }
}
