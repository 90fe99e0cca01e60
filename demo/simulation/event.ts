// The canonical envelope as it stands on the wire, one JSON object a line.
import type { JsonObject } from '../../src/model/json.ts';

interface SimulatedEnvelope {
  readonly id: string;
  /** ISO 8601, UTC, milliseconds. */
  readonly timestamp: string;
}

export interface SimulatedTrack extends SimulatedEnvelope {
  readonly type: 'track';
  /** Absent when the client knows only its user. */
  readonly account_id?: string;
  readonly user_id: string;
  readonly event: string;
  readonly properties: JsonObject;
}

interface SimulatedIdentify extends SimulatedEnvelope {
  readonly type: 'identify';
  readonly user_id: string;
  readonly traits: JsonObject;
}

interface SimulatedGroup extends SimulatedEnvelope {
  readonly type: 'group';
  readonly account_id: string;
  readonly user_id?: string;
  readonly traits: JsonObject;
}

export type SimulatedEvent = SimulatedTrack | SimulatedIdentify | SimulatedGroup;
