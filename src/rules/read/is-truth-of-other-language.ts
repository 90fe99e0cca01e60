// `yes`, `no`, `on` and `off`, which older YAML read as true and false, and which are texts.
import type { Reading } from './reading.ts';
import type { ScalarNode } from './source.ts';

/** True when it was reported. In quotes such a word means itself. */
export function isTruthOfOtherLanguage({ raw, quoted, span }: ScalarNode, reading: Reading): boolean {
  if (quoted || !/^(yes|no|on|off)$/i.test(raw)) return false;
  const truth = /^(yes|on)$/i.test(raw);
  const hint = `write ${truth}, or quote it: "${raw}"`;
  return reading.problems.refuse('C003', span, `"${raw}" is a text, and not ${truth}`, hint);
}
