// A list of EVENTs, each of which is one element: a name, a list of names, a trait that changes, a signal that opens.
import type { EventSet } from '../series.ts';
import { readEvents } from './read-events.ts';
import type { Reading } from './reading.ts';
import type { SourceNode } from './source.ts';

/** Each is a series of its own. */
export const MOST_EVENT_SETS = 50;

export function readEventSets(
  node: SourceNode,
  reading: Reading,
  what: string,
): readonly EventSet[] | undefined {
  if (node.kind === 'invalid') return undefined;
  if (node.kind !== 'list' || node.items.length === 0 || node.items.length > MOST_EVENT_SETS) {
    const hint = 'such as [search_run, [report_exported, report_shared]]';
    reading.problems.add('M004', node.span, `${what} needs a list of 1 to ${MOST_EVENT_SETS} events`, hint);
    return undefined;
  }
  const read = node.items.map((item) => readEvents(item, reading));
  const known = read.filter((events) => events !== undefined);
  return known.length < read.length ? undefined : known;
}
