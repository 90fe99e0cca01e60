// SQL of a first receipt that nobody was told of: a writer died between its rows and their announcement.

/**
 * SQL over an expression of `received_at`, that of the first copy. The copy that came again was announced, but it is
 * the first that is kept: it belongs to no batch. Batches are forgotten when a close is done with them, so that what
 * came since, or at most a day before it, may be such a one; whoever asks does some work twice then, and misses none.
 */
export const mayBeUnannounced = (receivedAt: string): string =>
  `(${receivedAt} NOT IN (SELECT received_at FROM announced_batches)
    AND ${receivedAt} >= (
      SELECT fromUnixTimestamp64Micro(toInt64(max(tick)), 'UTC') - INTERVAL 1 DAY FROM evaluations
      WHERE kind = 'close' AND phase = 'finished' AND applied))`;
