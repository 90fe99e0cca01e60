// `sequence`: how many steps in order some user got through, or how many users finished.
import type { Look } from '../look.ts';
import type { Occurrence } from '../occurrences.ts';
import { asDays, asList, isList, type Plain, type PlainMap } from '../plain.ts';
import { inWindow } from './counted.ts';

export function sequence(look: Look, metric: PlainMap): number | null {
  const steps = asList(metric.sequence);
  const limit = asDays(metric.within) * 24 * 3_600_000;
  return inWindow(look, metric, 'any', (events) => {
    const reached = groups(events, metric.as === 'users' ? 'user' : metric.per).map((own) =>
      mostSteps(own, steps, limit),
    );
    if (metric.as === 'users') return reached.filter((most) => most === steps.length).length;
    return Math.max(0, ...reached);
  });
}

/** The events of each user, or all of the account's; events without a user belong to none. */
function groups(events: readonly Occurrence[], per: Plain | undefined): readonly (readonly Occurrence[])[] {
  if (per === 'account') return [events];
  const users = new Set(events.map(({ user }) => user).filter((user) => user !== ''));
  return [...users].map((user) => events.filter((event) => event.user === user));
}

/** From each event that may be the first step on, the next step as soon as it comes; an event serves one step. */
function mostSteps(events: readonly Occurrence[], steps: readonly Plain[], limit: number): number {
  return Math.max(0, ...events.map((_, first) => stepsFrom(events.slice(first), steps, limit)));
}

function stepsFrom(events: readonly Occurrence[], steps: readonly Plain[], limit: number): number {
  const first = events[0];
  if (first === undefined || !isStep(first, steps[0])) return 0;
  let reached = 1;
  for (const event of events.slice(1)) {
    if (reached < steps.length && event.at - first.at <= limit && isStep(event, steps[reached])) reached += 1;
  }
  return reached;
}

const isStep = ({ event }: Occurrence, step: Plain | undefined): boolean =>
  step === 'any' || (isList(step) ? step.includes(event) : step === event);
