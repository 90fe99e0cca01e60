// SQL for "this stored day lies in the window". Day numbers are Int32, so that a subtraction cannot wrap round.
import type { EmitContext } from '../metric.ts';
import type { Window } from '../window.ts';

/** `day` is a lambda's parameter. */
export function withinWindow(day: string, window: Window, { anchor }: EmitContext): string {
  const upTo = `${day} <= ${anchor}`;
  return window.kind === 'ever' ? upTo : `${day} > ${anchor} - ${window.days} AND ${upTo}`;
}
