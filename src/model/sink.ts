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
  close(): Promise<void>;
}
