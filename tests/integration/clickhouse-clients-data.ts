// A small project as data teams find it: three accounts over two weeks, a rule that opened, a score, a dead letter,
// and a user who belongs nowhere. Its numbers are few enough to count by hand.
import type { Store } from '../../src/model/store.ts';
import { group, openProject, type Project, track } from './support/project.ts';

const RULES = `
metrics:
  messages: {count: message_sent, window: 7d}
scores:
  adoption:
    parts:
      messages: {weight: 60, points: {60: {messages: {gte: 8}}, 20: {messages: {gte: 1}}}}
      trial: {weight: 40, when: {account.plan: trial}}
    bands: {low: 0, high: 70}
rules:
  busy: {kind: pql, severity: high, when: {messages: {gte: 5}}, say: "sent {messages} messages in a week"}
`;

const day = (date: number): string => `2026-05-${String(date).padStart(2, '0')}`;

/** Each on its day: how often a user sends a message. */
const SENT: readonly (readonly [account: string, user: string, date: number, messages: number])[] = [
  ['acme', 'ann', 5, 2],
  ['acme', 'ann', 12, 4],
  ['acme', 'bob', 12, 3],
  ['acme', 'bob', 13, 1],
  ['globex', 'eve', 4, 6],
  ['globex', 'eve', 5, 1],
  ['initech', 'joe', 13, 1],
];

export async function fillProject(store: Store): Promise<Project> {
  const project = openProject(store);
  project.setNow('2026-05-14T06:00:00Z');
  await project.ingest([
    group('acme', { name: 'Acme Inc.', plan: 'trial', seats: 12 }, `${day(4)}T08:00:00Z`, 'ann'),
    group('globex', { plan: 'free' }, `${day(3)}T08:00:00Z`, 'eve'),
    track('acme', 'ann', 'signed_up', `${day(4)}T08:00:00Z`),
    track('acme', 'ann', 'project_created', `${day(5)}T08:00:00Z`),
    track('acme', 'ann', 'member_invited', `${day(6)}T08:00:00Z`),
    track('globex', 'eve', 'signed_up', `${day(3)}T08:00:00Z`),
    track('initech', 'joe', 'signed_up', `${day(13)}T08:00:00Z`),
    track(undefined, 'stray', 'message_sent', `${day(13)}T09:00:00Z`),
    track(undefined, 'ann', 'report_opened', `${day(13)}T09:00:00Z`),
    ...SENT.flatMap(([account, user, date, messages]) =>
      Array.from({ length: messages }, (_, n) =>
        track(account, user, 'message_sent', `${day(date)}T1${n}:00:00Z`),
      ),
    ),
    { type: 'track', id: 'no-event', account_id: 'acme', timestamp: `${day(13)}T09:00:00Z` },
  ]);
  await project.apply(RULES);
  await project.close(...Array.from({ length: 10 }, (_, n) => day(n + 4)));
  return project;
}
