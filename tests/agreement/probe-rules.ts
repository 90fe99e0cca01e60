// Rules that only show: every metric, band, grade and champion as something said, every segment as a condition, so
// that each has a place in the rows of results that a test can find by name.
import type { PlainMap, PlainRuleset } from '../reference/plain.ts';
import type { Features } from './features.ts';

const IN_ONE_SENTENCE = 20;

const CHAMPION_SUBJECTS = ['user_id', 'idle_days', 'name', 'role'].map((key) => `champion.${key}`);

export interface Probes {
  readonly rules: PlainMap;
  /** Name of what is said to the rule that says it. */
  readonly said: ReadonlyMap<string, string>;
}

export function probeRules({ metrics, segments, scores, grades }: PlainRuleset, features: Features): Probes {
  const names = [
    ...Object.keys(metrics ?? {}),
    ...Object.keys(scores ?? {}).map((name) => `band.${name}`),
    ...Object.keys(grades ?? {}).map((name) => `grade.${name}`),
    ...(features.has('champion') ? CHAMPION_SUBJECTS : []),
  ];
  const rules: Record<string, PlainMap> = {};
  const said = new Map<string, string>();
  for (let start = 0; start < names.length; start += IN_ONE_SENTENCE) {
    const some = names.slice(start, start + IN_ONE_SENTENCE);
    const rule = `probe_${start}`;
    const say = some.map((name) => `{${name}}`).join(' ');
    rules[rule] = { kind: 'probe', stage: 'shadow', when: false, say };
    for (const name of some) said.set(name, rule);
  }
  for (const segment of Object.keys(segments ?? {})) {
    rules[segmentProbe(segment)] = { kind: 'probe', stage: 'shadow', when: { segment } };
  }
  return { rules, said };
}

export const segmentProbe = (segment: string): string => `probe_segment_${segment}`;
