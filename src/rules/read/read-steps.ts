// The steps of a sequence: events that are tracked, in order.
import type { EventSet } from '../series.ts';
import { readEvents } from './read-events.ts';
import type { Reading } from './reading.ts';
import type { SourceNode } from './source.ts';

const MOST_STEPS = 20;

/** Undefined after a problem was reported. */
export function readSteps(node: SourceNode, reading: Reading): readonly EventSet[] | undefined {
  if (node.kind !== 'list' || node.items.length < 2 || node.items.length > MOST_STEPS) {
    if (node.kind !== 'invalid')
      reading.problems.add(
        'M003',
        node.span,
        `sequence needs a list of 2 to ${MOST_STEPS} steps`,
        'such as [signed_up, project_created, member_invited]',
      );
    return undefined;
  }
  const read = node.items.map((item) => readStep(item, reading));
  const known = read.filter((step) => step !== undefined);
  return known.length < read.length ? undefined : known;
}

function readStep(node: SourceNode, reading: Reading): EventSet | undefined {
  const events = readEvents(node, reading);
  if (events === undefined || events.kind === 'any' || events.kind === 'named') return events;
  reading.problems.add(
    'M004',
    node.span,
    'a step of a sequence must be an event that is tracked',
    'name an event, a list of events, or any',
  );
  return undefined;
}
