// Which account-days a batch has changed, each once: what the next tick refreshes. Not which rows it has written.
import type { InsertBlock } from '../model/store.ts';
import { EVERY_DAY, EVERY_EVENT } from '../model/tables.ts';
import { BlockBuilder } from './block-builder.ts';
import { escapeTsv } from './escape-tsv.ts';

type DaysByEvent = Map<string, Set<string>>;

export class Announcements {
  readonly #ofAccounts = new Map<string, DaysByEvent>();
  readonly #ofUsers = new Map<string, DaysByEvent>();

  /** `day` is a UTC day. */
  account(accountId: string, event: string, day: string): void {
    note(this.#ofAccounts, accountId, event, day);
  }

  /** Of an event without an account: whichever accounts its user belongs to. */
  user(userId: string, event: string, day: string): void {
    note(this.#ofUsers, userId, event, day);
  }

  /** A membership moves all that the user has done without an account. */
  membership(userId: string): void {
    note(this.#ofUsers, userId, EVERY_EVENT, EVERY_DAY);
  }

  /** `prefix` is the batch's id and time of receipt, tab-separated. */
  build(prefix: string): readonly InsertBlock[] {
    const builder = new BlockBuilder('changed_account_days');
    for (const [accountId, days] of this.#ofAccounts) {
      addRows(builder, `${prefix}\t${escapeTsv(accountId)}\t`, days);
    }
    for (const [userId, days] of this.#ofUsers) addRows(builder, `${prefix}\t\t${escapeTsv(userId)}`, days);
    return builder.build();
  }
}

function note(of: Map<string, DaysByEvent>, id: string, event: string, day: string): void {
  let byEvent = of.get(id);
  if (byEvent === undefined) {
    byEvent = new Map();
    of.set(id, byEvent);
  }
  const days = byEvent.get(event);
  if (days === undefined) byEvent.set(event, new Set([day]));
  else days.add(day);
}

function addRows(builder: BlockBuilder, prefix: string, byEvent: DaysByEvent): void {
  for (const [event, days] of byEvent) {
    for (const day of days) builder.add(`${prefix}\t${escapeTsv(event)}\t${day}\n`);
  }
}
