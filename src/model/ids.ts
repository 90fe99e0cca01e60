// Branded identifiers, so that an account's id cannot be passed where a user's is meant.

declare const brand: unique symbol;
export type Branded<T, Name extends string> = T & { readonly [brand]: Name };

export type AccountId = Branded<string, 'AccountId'>;
export type UserId = Branded<string, 'UserId'>;
export type EventId = Branded<string, 'EventId'>;
export type RuleName = Branded<string, 'RuleName'>;
export type EpisodeId = Branded<string, 'EpisodeId'>;
export type SinkName = Branded<string, 'SinkName'>;
/** Decimal digits of an unsigned 64-bit number. */
export type SeriesId = Branded<string, 'SeriesId'>;
/** A UUID in its canonical lower-case form. */
export type BatchId = Branded<string, 'BatchId'>;
