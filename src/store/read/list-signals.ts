// The signals as a list, newest first, for the command line.

import type { SignalState } from '../../model/signal.ts';
import type { CompiledStatement } from '../../model/statement.ts';
import type { Store } from '../../model/store.ts';

export interface SignalFilter {
  /** Undefined: whatever the state. `open` includes recovering. */
  readonly state: SignalState | undefined;
  readonly rule: string | undefined;
  readonly kind: string | undefined;
  readonly account: string | undefined;
}

/** Snake case, since it is printed as JSON and CSV too. */
export interface ListedSignal {
  readonly account_id: string;
  readonly account_name: string;
  readonly rule: string;
  readonly kind: string;
  readonly state: SignalState;
  readonly severity: string;
  /** Local day on which the state was entered. */
  readonly since: string;
  readonly sentence: string;
  readonly reason: string;
  readonly held: boolean;
  readonly silent: boolean;
  readonly episode: string;
  readonly step: number;
}

export const SIGNAL_COLUMNS = [
  'account_id',
  'account_name',
  'rule',
  'kind',
  'state',
  'severity',
  'since',
  'sentence',
  'reason',
  'held',
  'silent',
  'episode',
  'step',
] as const satisfies readonly (keyof ListedSignal)[];

export const listSignals = (store: Store, filter: SignalFilter): Promise<readonly ListedSignal[]> =>
  store.query<ListedSignal>(signalsStatement(filter));

function signalsStatement(filter: SignalFilter): CompiledStatement {
  const conditions = ["state != 'none'"];
  const params: Record<string, string> = {};
  for (const [name, column] of [
    ['rule', 'rule'],
    ['kind', 'kind'],
    ['account', 'account_id'],
  ] as const) {
    const value = filter[name];
    if (value === undefined) continue;
    conditions.push(`${column} = {${name}:String}`);
    params[name] = value;
  }
  if (filter.state === 'open') conditions.push("state IN ('open', 'recovering')");
  else if (filter.state !== undefined) {
    conditions.push('state = {state:String}');
    params.state = filter.state;
  }
  return {
    sql: `SELECT ${SIGNAL_COLUMNS.join(', ')}
FROM signals
WHERE ${conditions.join(' AND ')}
ORDER BY since DESC, account_id, rule`,
    params,
    columns: SIGNAL_COLUMNS,
  };
}
