// Tells a file's format by its first objects. What fits none, or two, is an error that says what to write: a guess
// would fill the tables with the wrong accounts.
import { basename } from 'node:path';
import type { WireObject } from '../wire-object.ts';
import { FormatError, type FormatName } from './import-format.ts';
import { isArray } from './json-format.ts';
import { ArraySplitter } from './split-array.ts';
import { LineSplitter } from './split-lines.ts';

const LOOKED_AT = 50;
const CANONICAL_TYPES = new Set(['track', 'identify', 'group', 'alias', 'retract', 'page', 'screen']);

/**
 * @param head the beginning of the file, unpacked
 * @throws FormatError when it cannot be told
 */
export function detectFormat(file: string, head: Buffer): FormatName {
  const name = basename(file).toLowerCase().replace(/\.gz$/, '');
  if (/\.(?:csv|tsv)$/.test(name)) return 'csv';
  if (head.length === 0) return 'canonical';
  const splitter = isArray(head) ? new ArraySplitter() : new LineSplitter();
  // With a line end: a file of one line without one has a first object too.
  const records = splitter.push(Buffer.concat([head, Buffer.from('\n')])).slice(0, LOOKED_AT);
  const found = new Set(records.map(({ bytes }) => formatOf(bytes)));
  found.delete(undefined);
  const [format] = found;
  if (found.size === 1 && format !== undefined) return format;
  throw new FormatError(
    found.size === 0
      ? 'its first lines are no events that are known; write --format canonical, segment, posthog or mixpanel, or for CSV --map FILE'
      : `its first lines look like ${[...found].join(' and like ')}; write --format with the one that it is`,
  );
}

function formatOf(bytes: Buffer): FormatName | undefined {
  const message = parse(bytes);
  if (message === undefined) return undefined;
  const { type, event, distinct_id, properties } = message;
  if (typeof type === 'string' && CANONICAL_TYPES.has(type)) return 'canonical';
  if (typeof event !== 'string') return undefined;
  if (distinct_id !== undefined) return 'posthog';
  if (typeof properties !== 'object' || properties === null) return undefined;
  const { distinct_id: inside, time, $insert_id } = properties as WireObject;
  return inside !== undefined || (typeof time === 'number' && $insert_id !== undefined)
    ? 'mixpanel'
    : undefined;
}

function parse(bytes: Buffer): WireObject | undefined {
  try {
    const message: unknown = JSON.parse(bytes.toString('utf8').replace(/^\uFEFF/, ''));
    return typeof message === 'object' && message !== null ? (message as WireObject) : undefined;
  } catch {
    return undefined;
  }
}
