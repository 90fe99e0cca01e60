// Caps of a score: `[{when: …, at: 30}]`. While one holds, the score is at most `at`.
import { CAP_PART, type Cap } from '../score.ts';
import { readCondition } from './read-condition.ts';
import { readMap, requireKeys } from './read-map.ts';
import { readNumber } from './read-scalar.ts';
import type { Reading } from './reading.ts';
import { entryOf, type MapEntry, type SourceNode } from './source.ts';

const CAP_SHAPE = { what: 'a cap', keys: ['when', 'at'] };

interface CapPlace {
  readonly what: string;
  readonly outOf: number;
  /** Of the score. */
  readonly entries: ReadonlyMap<string, MapEntry>;
}

/** Undefined after a problem was reported. */
export function readCaps(node: SourceNode, reading: Reading, place: CapPlace): readonly Cap[] | undefined {
  if (node.kind === 'invalid') return undefined;
  if (node.kind !== 'list' || node.items.length === 0) {
    reading.problems.add(
      'S006',
      node.span,
      `the caps of ${place.what} must be a list`,
      'such as [{when: {idle_days: {gte: 14}}, at: 30}]',
    );
    return undefined;
  }
  const named = checkName(reading, place);
  const caps = node.items.map((item) => readCap(item, reading, place));
  const read = caps.filter((cap) => cap !== undefined);
  return named && read.length === caps.length ? read.sort((a, b) => a.at - b.at) : undefined;
}

function readCap(node: SourceNode, reading: Reading, { what, outOf }: CapPlace): Cap | undefined {
  const entries = readMap(node, reading, CAP_SHAPE);
  if (entries === undefined || !requireKeys(node, entries, reading, CAP_SHAPE)) return undefined;
  const [whenNode, atNode] = [entries.get('when')?.value, entries.get('at')?.value];
  if (whenNode === undefined || atNode === undefined) return undefined;
  const when = readCondition(whenNode, reading, '"when"');
  const at = readNumber(atNode, reading, { what: 'at', min: 0 });
  if (when === undefined || at === undefined) return undefined;
  if (at < outOf) return { at, when };
  reading.problems.add(
    'S006',
    atNode.span,
    `a cap at ${at} caps nothing: ${what} is out of ${outOf}`,
    `a number below ${outOf}`,
  );
  return undefined;
}

/** What caps take away is told as a part of that name. */
function checkName(reading: Reading, { what, entries }: CapPlace): boolean {
  const same = entryOf(entries.get('parts')?.value, CAP_PART);
  if (same === undefined) return true;
  reading.problems.add(
    'S007',
    same.keySpan,
    `a part of ${what} cannot be called "${CAP_PART}" beside "caps"`,
    'what caps take away is a part of that name; choose another',
  );
  return false;
}
