// Tests of four rules that a team would write: each account is at work on most of sixty days.
import { addDays, type Day } from '../../src/model/time.ts';

const FIRST = '2026-01-05' as Day;

/** The text of a test file. */
export function writeMadeTests(tests: number, days: number): string {
  const last = addDays(FIRST, days - 1);
  const kinds = [writeLead, writeQuiet, writeFull, writeShrinking];
  const written = Array.from({ length: tests }, (_, index) => kinds[index % kinds.length]?.(index, last));
  return `tests:\n${written.join('')}`;
}

/** Forty messages a day: the fiftieth day brings the two thousandth. */
const writeLead = (index: number, last: Day): string => `  - name: lead ${index}
    accounts: {acme: {plan: free, seats: 10, created_at: 2025-06-01, name: Acme}}
    users: {u1: {role: owner}}
    events:
      - acme u1..u4 message_sent 10/day ${FIRST}..${last}
    expect:
      - {day: ${addDays(FIRST, 48)}, team_hits_2000_messages: none}
      - {day: ${addDays(FIRST, 49)}, team_hits_2000_messages: {state: open, because: {messages_ever: 2000}}}
      - {day: ${last}, score.adoption: {gte: 40}}
`;

const writeQuiet = (index: number, last: Day): string => `  - name: quiet ${index}
    accounts: {acme: {plan: team, seats: 10, created_at: 2025-06-01}}
    events:
      - acme u1..u6 message_sent 4/weekday ${FIRST}..${addDays(FIRST, 39)}
    expect:
      - {day: ${addDays(FIRST, 39)}, seats_go_quiet: none}
      - {day: ${last}, seats_go_quiet: open, idle_days: {gte: 14}}
`;

const writeFull = (index: number, last: Day): string => `  - name: full ${index}
    accounts: {acme: {plan: team, seats: 10, created_at: 2025-06-01}}
    events:
      - acme u1..u5 message_sent 2/day ${FIRST}..${last}
      - acme u6..u9 file_shared 1/day ${addDays(FIRST, 30)}..${last}
    expect:
      - {day: ${addDays(FIRST, 29)}, seats_nearly_full: none, segment.paying: true}
      - {day: ${addDays(FIRST, 30)}, seats_nearly_full: open, seat_use: 0.9}
      - {day: ${last}, seats_nearly_full: open}
`;

const writeShrinking = (index: number, last: Day): string => `  - name: shrinking ${index}
    accounts: {acme: {plan: enterprise, seats: 5, created_at: 2025-06-01}}
    events:
      - acme u1..u4 message_sent 8/day ${FIRST}..${addDays(FIRST, 29)}
      - acme u1 message_sent 2/day ${addDays(FIRST, 30)}..${last}
    expect:
      - {day: ${addDays(FIRST, 29)}, usage_drops: none}
      - {day: ${addDays(FIRST, 45)}, usage_drops: {state: open, severity: high}}
      - {day: ${last}, usage_drops: open}
`;
