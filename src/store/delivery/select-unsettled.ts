// The SQL of episodes of which a sink holds, or may hold, a record that does not say how it is now. The set must not
// grow with time: whoever looks only at these looks every few seconds.
import type { RuleName, SinkName } from '../../model/ids.ts';
import type { StatementParameter } from '../../model/statement.ts';
import type { EpochMicros } from '../../model/time.ts';

export interface Unsettled {
  /** Configured now: no other one can be told anything. */
  readonly sinks: readonly SinkName[];
  /** Rules and sinks of which `notify: {states: […]}` does not want the end. */
  readonly endless: readonly { readonly rule: RuleName; readonly sink: SinkName }[];
  /** What was rejected since then is not tried again as it is. UTC. */
  readonly retryRejectedBefore: EpochMicros;
}

export interface SelectedUnsettled {
  readonly sql: string;
  readonly params: Readonly<Record<string, StatementParameter>>;
}

/**
 * Says the same as readHistory and decideDelivery do of a resolved signal, or that it is unsettled although they find
 * nothing to send: a mistake to that side costs time, one to the other side a notice.
 */
export function selectUnsettled({ sinks, endless, retryRejectedBefore }: Unsettled): SelectedUnsettled {
  return {
    sql: `
    SELECT episode
    FROM (
      SELECT episode, sink, seq,
        countIf(phase = 'receipt' AND remote_id != '') > 0
          OR countIf(outcome = 'ambiguous') > 0
          OR countIf(phase = 'intent') > countIf(phase = 'receipt') AS may_be_there,
        argMax((outcome, JSONExtractString(fields, 'state') IN ('resolved', 'none'), at), phase) AS said
      FROM deliveries
      WHERE sink IN {sinks:Array(String)}
        AND concat(rule, '/', sink) NOT IN {endless:Array(String)}
      GROUP BY episode, sink, seq
    )
    GROUP BY episode, sink
    HAVING max(may_be_there)
      AND NOT (argMax(said, seq).2 AND (argMax(said, seq).1 = 'delivered'
        OR argMax(said, seq).1 = 'rejected' AND argMax(said, seq).3 >= fromUnixTimestamp64Micro({retryRejectedBefore:Int64}, 'UTC')))`,
    params: {
      sinks,
      endless: endless.map(({ rule, sink }) => `${rule}/${sink}`),
      retryRejectedBefore,
    },
  };
}
