// Which rows of which tables an event becomes. Pure: the batch's id, time and place come from the caller.
import type {
  AliasEvent,
  CanonicalEvent,
  GroupEvent,
  IdentifyEvent,
  RetractEvent,
  TrackEvent,
} from '../model/event.ts';
import type { BatchId } from '../model/ids.ts';
import type { JsonObject } from '../model/json.ts';
import type { InsertBlock } from '../model/store.ts';
import { escapeTabSeparated } from '../model/tab-separated.ts';
import { NO_EVENT } from '../model/tables.ts';
import type { EpochMicros } from '../model/time.ts';
import { Announcements } from './announcements.ts';
import { BinaryBlocks } from './binary-blocks.ts';
import { BlockBuilder } from './block-builder.ts';
import { RowBuffer } from './row-buffer.ts';
import { UtcText } from './utc-text.ts';

/** What all rows of a batch have in common. */
export interface BatchStamp {
  readonly batchId: BatchId;
  readonly receivedAt: EpochMicros;
  readonly topic: string;
  readonly partition: number;
  /** Imported as history: known since the event's own time, so that a backtest may see it then. */
  readonly history: boolean;
}

export interface RoutedEvents {
  readonly rows: readonly InsertBlock[];
  /** The account-days that the rows have changed: one block, or none. Written after the rows. */
  readonly announcement: readonly InsertBlock[];
}

/** The trait that a `group` without traits and user writes, so that its account exists: the account's own id. */
const ID_TRAIT = 'id';

/** Takes the events of one batch one by one, so that none outlives its turn: the blocks hold bytes. */
export class EventRouter {
  readonly #stamp: BatchStamp;
  readonly #text = new UtcText();
  readonly #receivedAt: string;
  #place: string;
  readonly #usage = new BinaryBlocks('usage_events');
  readonly #unattributed = new BinaryBlocks('unattributed_events');
  readonly #accountTraits = new BlockBuilder('account_traits');
  readonly #userTraits = new BlockBuilder('user_traits');
  readonly #memberships = new BlockBuilder('memberships');
  readonly #aliases = new BlockBuilder('user_aliases');
  readonly #retractions = new BlockBuilder('retractions');
  readonly #announcements: Announcements;
  /** batch_id, topic and partition, the same in the raw events' rows of a partition. */
  #binaryPlace: Uint8Array;

  constructor(stamp: BatchStamp) {
    this.#stamp = stamp;
    this.#receivedAt = this.#text.micros(stamp.receivedAt);
    this.#announcements = new Announcements(stamp);
    this.#binaryPlace = writePlace(stamp);
    this.#place = textPlace(stamp);
  }

  /** What is added from here on stood there; the constructor's place counts until then. */
  moveTo(place: Pick<BatchStamp, 'topic' | 'partition'>): void {
    this.#binaryPlace = writePlace({ ...this.#stamp, ...place });
    this.#place = textPlace(place);
  }

  add(event: CanonicalEvent, offset: number): void {
    switch (event.type) {
      case 'track':
        this.#track(event, offset);
        return;
      case 'identify':
        this.#traits(this.#userTraits, event, { owner: event.userId, traits: event.traits, offset });
        return;
      case 'group':
        this.#group(event, offset);
        return;
      case 'alias':
        this.#alias(event, offset);
        return;
      case 'retract':
        this.#retract(event, offset);
        return;
    }
  }

  build(): RoutedEvents {
    const builders = [
      this.#usage,
      this.#unattributed,
      this.#accountTraits,
      this.#userTraits,
      this.#memberships,
      this.#aliases,
      this.#retractions,
    ];
    return {
      rows: builders.flatMap((builder) => builder.build()),
      announcement: this.#announcements.build(),
    };
  }

  #track(event: TrackEvent, offset: number): void {
    const { accountId, userId } = event;
    const { number: day, month } = this.#text.dayOf(event.timestamp);
    if (accountId !== undefined) {
      const row = this.#usage.nextRow(month);
      row.text(accountId);
      this.#writeTrack(row, event, offset);
      this.#announcements.account(accountId, event.event, day);
    } else if (userId !== undefined) {
      this.#writeTrack(this.#unattributed.nextRow(month), event, offset);
      this.#announcements.user(userId, event.event, day);
    }
  }

  #writeTrack(row: RowBuffer, event: TrackEvent, offset: number): void {
    const { receivedAt, history } = this.#stamp;
    row.text(event.event);
    row.int64(event.timestamp);
    row.text(event.id);
    row.text(event.userId ?? '');
    row.text(JSON.stringify(event.properties));
    row.int64(receivedAt);
    row.int64(history ? event.timestamp * 1000 : receivedAt);
    row.append(this.#binaryPlace);
    row.int64(offset);
  }

  #group(event: GroupEvent, offset: number): void {
    const { accountId, userId } = event;
    const bare = userId === undefined && Object.keys(event.traits).length === 0;
    const traits = bare ? { [ID_TRAIT]: accountId } : event.traits;
    this.#traits(this.#accountTraits, event, { owner: accountId, traits, offset });
    // A trait can make a rule true: the next tick looks at the account, though no series changed.
    this.#announcements.account(accountId, NO_EVENT, this.#text.dayOf(event.timestamp).number);
    if (userId === undefined) return;
    const from = this.#text.millis(event.timestamp);
    this.#memberships.add(
      `${escapeTabSeparated(userId)}\t${from}\t${escapeTabSeparated(accountId)}\t${this.#received(from)}\n`,
    );
    this.#announcements.membership(userId);
  }

  #alias({ userId, previousId, timestamp, id }: AliasEvent, offset: number): void {
    const at = this.#text.millis(timestamp);
    const ids = [userId, previousId].map(escapeTabSeparated).join('\t');
    const tail = `${this.#received(at)}\t${this.#place}\t${offset}\n`;
    this.#aliases.add(`${ids}\t${at}\t${escapeTabSeparated(id)}\t${tail}`);
    // Whatever either has done may now be another's, as with a membership.
    this.#announcements.membership(userId);
    this.#announcements.membership(previousId);
  }

  #retract(event: RetractEvent, offset: number): void {
    const { accountId, userId, event: name, eventId, timestamp, id, reason } = event;
    const until = this.#text.millis(timestamp);
    const { day, number } = this.#text.dayOf(timestamp);
    const key = [accountId, userId, name, eventId].map((field) => escapeTabSeparated(field ?? '')).join('\t');
    const told = `${escapeTabSeparated(id)}\t${escapeTabSeparated(reason)}`;
    const tail = `${this.#received(until)}\t${this.#place}\t${offset}\n`;
    this.#retractions.add(`${key}\t${day}\t${until}\t${told}\t${tail}`);
    if (accountId === undefined) this.#announcements.membership(event.userId ?? '');
    else if (name !== undefined && eventId !== undefined)
      this.#announcements.account(accountId, name, number);
    else this.#announcements.wholeAccount(accountId);
  }

  #traits(
    builder: BlockBuilder,
    event: GroupEvent | IdentifyEvent,
    {
      owner,
      traits,
      offset,
    }: { readonly owner: string; readonly traits: JsonObject; readonly offset: number },
  ): void {
    const from = this.#text.millis(event.timestamp);
    const id = escapeTabSeparated(event.id);
    const escapedOwner = escapeTabSeparated(owner);
    const tail = `${this.#received(from)}\t${this.#place}\t${offset}\n`;
    for (const trait of Object.keys(traits)) {
      const value = escapeTabSeparated(JSON.stringify(traits[trait]));
      builder.add(`${escapedOwner}\t${escapeTabSeparated(trait)}\t${from}\t${id}\t${value}\t${tail}`);
    }
  }

  /** `received_at` and `known_at`; `ownTime` is the event's, to the millisecond. */
  #received(ownTime: string): string {
    return `${this.#receivedAt}\t${this.#stamp.history ? `${ownTime}000` : this.#receivedAt}`;
  }
}

const textPlace = ({ topic, partition }: Pick<BatchStamp, 'topic' | 'partition'>): string =>
  `${escapeTabSeparated(topic)}\t${partition}`;

function writePlace({ batchId, topic, partition }: BatchStamp): Uint8Array {
  const place = new RowBuffer();
  place.uuid(batchId);
  place.text(topic);
  place.uint32(partition);
  return place.written();
}
