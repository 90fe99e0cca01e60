// What a condition asks, as JSON, for the definition of a metric that is made of it. Segments stay names: what stands
// behind them is hashed where the ruleset is whole.
import type { JsonValue } from '../../model/json.ts';
import type { Condition } from '../condition.ts';
import { testJson } from '../definition-json.ts';
import type { Reading } from '../read/reading.ts';
import { operandDefinition } from './operand-definition.ts';

export function conditionDefinition(condition: Condition, reading: Reading): JsonValue {
  switch (condition.kind) {
    case 'constant':
      return condition.value;
    case 'segment':
      return { segment: condition.name };
    case 'leaf':
      return { subject: operandDefinition(condition.subject, reading), test: testJson(condition.test) };
    case 'at_least':
      return { at_least: condition.n, of: condition.of.map((part) => conditionDefinition(part, reading)) };
    default:
      return { [condition.kind]: condition.of.map((part) => conditionDefinition(part, reading)) };
  }
}
