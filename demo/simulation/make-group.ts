// A group call: traits of an account, and that a member belongs to it.
import type { JsonObject } from '../../src/model/json.ts';
import type { SimulatedAccount, SimulatedMember } from './create-accounts.ts';
import type { SimulatedEvent } from './event.ts';
import type { Random } from './random.ts';
import { uuidAt } from './uuid-at.ts';

export function makeGroup(
  account: SimulatedAccount,
  traits: JsonObject,
  at: number,
  random: Random,
  member: SimulatedMember | undefined,
): SimulatedEvent {
  const user = member === undefined ? {} : { user_id: member.userId };
  return {
    type: 'group',
    id: uuidAt(at, random),
    account_id: account.id,
    ...user,
    timestamp: new Date(at).toISOString(),
    traits,
  };
}
