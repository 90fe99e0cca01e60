// The port to a system that people work in. One small folder per sink; all run one contract suite.

import type { SinkRequest, SinkResult } from './delivery.ts';
import type { SinkName } from './ids.ts';

export interface Sink {
  readonly name: SinkName;
  readonly type: string;
  /**
   * Sends one request. Never rejects for what the remote may do: every refusal, time-out and reset is a result.
   * Sending the same request twice leaves one record at the remote.
   */
  send(request: SinkRequest): Promise<SinkResult>;
  /**
   * Milliseconds until the remote takes requests again, 0 when it does now. Known without asking it: while it is
   * above 0, nobody need load a signal or write an intent to be refused.
   */
  pausedForMs?(): number;
  close(): Promise<void>;
}
