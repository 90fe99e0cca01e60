// Which account-days a batch has changed, each once: what the next tick refreshes. Not which rows it has written.
import type { BatchId } from '../model/ids.ts';
import type { InsertBlock } from '../model/store.ts';
import { EVERY_EVENT } from '../model/tables.ts';
import type { EpochMicros } from '../model/time.ts';
import { BinaryBlocks } from './binary-blocks.ts';
import { RowBuffer } from './row-buffer.ts';

/** Few events and days, many ids: so nested, a batch makes few sets. */
type IdsByDayByEvent = Map<string, Map<number, Set<string>>>;

/** EVERY_DAY as a Date is stored. */
const EVERY_DAY_NUMBER = 0;

export class Announcements {
  readonly #blocks = new BinaryBlocks('changed_account_days');
  readonly #ofAccounts: IdsByDayByEvent = new Map();
  readonly #ofUsers: IdsByDayByEvent = new Map();
  /** The batch's id and time of receipt. */
  readonly #stamp: Uint8Array;

  constructor(batch: { readonly batchId: BatchId; readonly receivedAt: EpochMicros }) {
    const stamp = new RowBuffer();
    stamp.uuid(batch.batchId);
    stamp.int64(batch.receivedAt);
    this.#stamp = stamp.written();
  }

  /** `day` counts UTC days since 1970. */
  account(accountId: string, event: string, day: number): void {
    if (isNew(this.#ofAccounts, accountId, event, day)) this.#write(accountId, '', event, day);
  }

  /** Of an event without an account: whichever accounts its user belongs to. */
  user(userId: string, event: string, day: number): void {
    if (isNew(this.#ofUsers, userId, event, day)) this.#write('', userId, event, day);
  }

  /** A membership moves all that the user has done without an account. */
  membership(userId: string): void {
    this.user(userId, EVERY_EVENT, EVERY_DAY_NUMBER);
  }

  /** Of a retraction of more than one event: every day of the account and, through its members, of what is theirs. */
  wholeAccount(accountId: string): void {
    this.account(accountId, EVERY_EVENT, EVERY_DAY_NUMBER);
  }

  /** One block, or none. */
  build(): readonly InsertBlock[] {
    return this.#blocks.build();
  }

  #write(...[accountId, userId, event, day]: [string, string, string, number]): void {
    const row = this.#blocks.nextRow();
    row.append(this.#stamp);
    row.text(accountId);
    row.text(userId);
    row.text(event);
    row.uint16(day);
  }
}

function isNew(...[known, id, event, day]: [IdsByDayByEvent, string, string, number]): boolean {
  let byDay = known.get(event);
  if (byDay === undefined) {
    byDay = new Map();
    known.set(event, byDay);
  }
  let ids = byDay.get(day);
  if (ids === undefined) {
    ids = new Set();
    byDay.set(day, ids);
  }
  const before = ids.size;
  return ids.add(id).size > before;
}
