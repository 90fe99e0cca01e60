// Which sinks hear of a rule's signals: its own `notify`, else the route of its kind. Pure.
import type { SinkName } from '../model/ids.ts';
import type { Notify, Rule } from '../rules/rule.ts';

export interface ChosenSink extends Omit<Notify, 'sink'> {
  readonly sink: SinkName;
}

/** None for a rule in shadow or draft, and none for a rule that is no longer there. */
export function chooseSinks(
  rule: Pick<Rule, 'stage' | 'kind' | 'notify'> | undefined,
  routes: ReadonlyMap<string, readonly SinkName[]>,
): readonly ChosenSink[] {
  if (rule === undefined || rule.stage !== 'live') return [];
  const chosen: readonly Notify[] =
    rule.notify ??
    (routes.get(rule.kind) ?? []).map((sink) => ({ sink, states: undefined, repeatDays: undefined }));
  return chosen.map((notify) => ({ ...notify, sink: notify.sink as SinkName }));
}
