// `was`: the former name of a rule, whose state it takes over. Two rules cannot share one past.
import type { ReadRule } from '../read/read-rule.ts';
import type { Reading } from '../read/reading.ts';

export function checkWas(rules: ReadonlyMap<string, ReadRule>, reading: Reading): void {
  const heirs = new Map<string, string>();
  for (const [name, { was }] of rules) {
    const span = reading.definitions.rules.get(name)?.keySpan;
    if (was === undefined || span === undefined) continue;
    const other = heirs.get(was);
    if (reading.definitions.rules.has(was))
      reading.problems.add(
        'R003',
        span,
        `rule "${name}" was "${was}", but there is a rule called "${was}"`,
        'remove "was", or the other rule',
      );
    else if (other !== undefined)
      reading.problems.add(
        'R003',
        span,
        `rules "${other}" and "${name}" both were "${was}"`,
        'only one can take its signals over',
      );
    else heirs.set(was, name);
  }
}
