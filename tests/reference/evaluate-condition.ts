// Conditions, §4: true, false, or a map whose entries must all hold.
import type { Look, Outcome } from './look.ts';
import { asList, asMap, asNumber, asText, isMap, type Plain } from './plain.ts';
import { testValue } from './test-value.ts';
import { allOf, anyOf, atLeast, noneOf } from './three-valued.ts';

export function evaluateCondition(look: Look, condition: Plain): Outcome {
  if (typeof condition === 'boolean') return condition;
  if (!isMap(condition)) throw new Error(`not a condition: ${JSON.stringify(condition)}`);
  return allOf(Object.entries(condition).map(([key, value]) => evaluateEntry(look, key, value)));
}

function evaluateEntry(look: Look, key: string, value: Plain): Outcome {
  const parts = (list: Plain | undefined) => asList(list).map((part) => look.holds(part));
  switch (key) {
    case 'all':
      return allOf(parts(value));
    case 'any':
      return anyOf(parts(value));
    case 'none':
      return noneOf(parts(value));
    case 'at_least': {
      const { n, of } = asMap(value);
      return atLeast(asNumber(n), parts(of));
    }
    case 'segment': {
      const segment = look.rules.segments?.[asText(value)];
      if (segment === undefined) throw new Error(`no segment ${value}`);
      return look.holds(segment);
    }
    default:
      return testValue(look.subject(key), value, look);
  }
}
