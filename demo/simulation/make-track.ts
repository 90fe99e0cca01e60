// A track event as the account's client would send it.
import type { JsonObject } from '../../src/model/json.ts';
import type { SimulatedAccount, SimulatedMember } from './create-accounts.ts';
import type { SimulatedEvent } from './event.ts';
import type { Random } from './random.ts';
import { uuidAt } from './uuid-at.ts';

export function makeTrack(given: {
  readonly account: SimulatedAccount;
  readonly member: SimulatedMember;
  readonly event: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly random: Random;
  readonly properties: JsonObject;
}): SimulatedEvent {
  const { account, member, event, at, random, properties } = given;
  const named = account.omitsAccount && random.chance(0.6) ? {} : { account_id: account.id };
  return {
    type: 'track',
    id: uuidAt(at, random),
    ...named,
    user_id: member.userId,
    event,
    timestamp: new Date(at).toISOString(),
    properties,
  };
}
