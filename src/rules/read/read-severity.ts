// `severity`: one name, or a condition for each; the most severe true one wins.
import { SEVERITIES } from '../../model/signal.ts';
import type { Rule } from '../rule.ts';
import { readCondition } from './read-condition.ts';
import { readMap } from './read-map.ts';
import { readWord } from './read-scalar.ts';
import type { Reading } from './reading.ts';
import type { SourceNode } from './source.ts';

/** Most severe first. */
export function readSeverity(node: SourceNode, reading: Reading): Rule['severity'] | undefined {
  if (node.kind !== 'map') {
    const severity = readWord(node, reading, { what: 'severity', words: SEVERITIES });
    return severity === undefined ? undefined : [{ severity, when: { kind: 'constant', value: true } }];
  }
  const entries = readMap(node, reading, { what: '"severity"', keys: SEVERITIES });
  if (entries === undefined) return undefined;
  if (node.kind === 'map' && node.entries.length === 0)
    reading.problems.add(
      'C001',
      node.span,
      '"severity" is empty',
      `a name, or conditions for: ${SEVERITIES.join(', ')}`,
    );
  const levels: Rule['severity'][number][] = [];
  let sound = entries.size > 0;
  for (const severity of SEVERITIES) {
    const entry = entries.get(severity);
    if (entry === undefined) continue;
    const when = readCondition(entry.value, reading, `severity "${severity}"`);
    if (when === undefined) sound = false;
    else levels.push({ severity, when });
  }
  return sound ? levels : undefined;
}
