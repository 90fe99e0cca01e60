// A score: weighted parts that add up to `out_of`, caps, and bands.
import type { Score, ScorePart } from '../score.ts';
import { readBands } from './read-bands.ts';
import { readCaps } from './read-caps.ts';
import { readCondition } from './read-condition.ts';
import { readMap, requireKeys } from './read-map.ts';
import { readParts } from './read-part.ts';
import { readNumber, readWord } from './read-scalar.ts';
import type { Definition, Reading } from './reading.ts';
import type { MapEntry, SourceNode } from './source.ts';

const KEYS = ['parts', 'bands', 'who', 'out_of', 'missing', 'min_coverage', 'caps'];
const MISSING = ['redistribute', 'zero'] as const;

type Entries = ReadonlyMap<string, MapEntry>;

/** Undefined after a problem was reported. */
export function readScore({ name, value: node }: Definition, reading: Reading): Score | undefined {
  const what = `score "${name}"`;
  const entries = readMap(node, reading, { what, keys: KEYS });
  if (entries === undefined || !requireKeys(node, entries, reading, { what, keys: ['parts'] }))
    return undefined;
  const outOf = optional(entries, 'out_of', 100, (value) =>
    readNumber(value, reading, { what: 'out_of', above: 0, max: 1_000_000 }),
  );
  const parts = optional(entries, 'parts', [], (value) => readParts(value, reading, what));
  if (parts !== undefined && outOf !== undefined) checkWeights(parts, outOf, { entries, reading, what });
  const place = { what, outOf: outOf ?? 100 };
  const who = entries.get('who');
  const whoRead = who === undefined ? undefined : readCondition(who.value, reading, '"who"');
  const coverage = readCoverage(entries, reading);
  const caps = optional(entries, 'caps', [], (value) => readCaps(value, reading, { ...place, entries }));
  const bands = optional(entries, 'bands', [], (value) => readBands(value, reading, place));
  if (parts === undefined || outOf === undefined || coverage === undefined) return undefined;
  if (caps === undefined || bands === undefined || (who !== undefined && whoRead === undefined))
    return undefined;
  return { name, outOf, who: whoRead, ...coverage, parts, caps, bands };
}

/** Parts that count as zero when they are missing leave a score of any coverage, unless one is asked for. */
function readCoverage(
  entries: Entries,
  reading: Reading,
): Pick<Score, 'missing' | 'minCoverage'> | undefined {
  const missing = optional(entries, 'missing', 'redistribute' as const, (value) =>
    readWord(value, reading, { what: 'missing', words: MISSING }),
  );
  const minCoverage = optional(entries, 'min_coverage', missing === 'zero' ? 0 : 0.5, (value) =>
    readNumber(value, reading, { what: 'min_coverage', min: 0, max: 1 }),
  );
  return missing === undefined || minCoverage === undefined ? undefined : { missing, minCoverage };
}

function optional<T>(
  entries: Entries,
  key: string,
  otherwise: T,
  read: (node: SourceNode) => T | undefined,
): T | undefined {
  const entry = entries.get(key);
  return entry === undefined ? otherwise : read(entry.value);
}

interface WeighedIn {
  readonly entries: Entries;
  readonly reading: Reading;
  readonly what: string;
}

function checkWeights(
  parts: readonly ScorePart[],
  outOf: number,
  { entries, reading, what }: WeighedIn,
): void {
  const span = entries.get('parts')?.keySpan;
  const total = Number(parts.reduce((sum, part) => sum + part.weight, 0).toFixed(6));
  if (span === undefined || total === outOf) return;
  reading.problems.add(
    'S002',
    span,
    `the weights of ${what} add up to ${total}, not ${outOf}`,
    `change them, or write out_of: ${total}`,
  );
}
