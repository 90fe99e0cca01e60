import { describe, expect, it } from 'vitest';
import { createAccounts } from '../../../demo/simulation/create-accounts.ts';
import { liveTraffic } from '../../../demo/simulation/live-traffic.ts';
import { ON_THE_BRINK } from '../../../demo/simulation/story.ts';
import { type EpochMillis, parseDay } from '../../../src/model/time.ts';

const options = { seed: 1, accounts: 300, days: 90, lastDay: parseDay('2026-03-31') };
const NOON = Date.parse('2026-04-01T12:00:00Z') as EpochMillis;

function take(count: number, now: () => EpochMillis = () => NOON) {
  const traffic = liveTraffic({ ...options, now });
  return Array.from({ length: count }, () => traffic.next().value);
}

describe('live traffic', () => {
  it('carries the instant at which each event is asked for', () => {
    let ticks = 0;
    const events = take(3, () => (NOON + 50 * ticks++) as EpochMillis);
    expect(events.map(({ timestamp }) => timestamp)).toEqual([
      '2026-04-01T12:00:00.000Z',
      '2026-04-01T12:00:00.050Z',
      '2026-04-01T12:00:00.100Z',
    ]);
  });

  it('gives every event an id of its own', () => {
    expect(new Set(take(5000).map(({ id }) => id)).size).toBe(5000);
  });

  it('takes several free teams past two thousand messages within two minutes at twenty events a second', () => {
    const events = take(2400);
    const brink = createAccounts(options).filter(({ story }) => story.name === ON_THE_BRINK);
    const crossed = brink.map((account) => {
      const users = new Set(account.members.map(({ userId }) => userId));
      let total = account.messagesByDay.reduce((a, b) => a + b, 0);
      return events.findIndex((event) => {
        if (event.type === 'track' && event.event === 'message_sent' && users.has(event.user_id)) total += 1;
        return total >= 2000;
      });
    });
    expect(crossed.filter((place) => place >= 0).length).toBeGreaterThanOrEqual(3);
    expect(Math.min(...crossed.filter((place) => place >= 0))).toBeLessThan(1200);
  });

  it('leaves accounts in peace that have gone quiet', () => {
    const silent = createAccounts(options).filter(({ messagesByDay }) =>
      messagesByDay.slice(-14).every((n) => n === 0),
    );
    const silentUsers = new Set(silent.flatMap(({ members }) => members.map(({ userId }) => userId)));
    expect(silent.length).toBeGreaterThan(5);
    expect(take(5000).filter((event) => 'user_id' in event && silentUsers.has(event.user_id ?? ''))).toEqual(
      [],
    );
  });
});
