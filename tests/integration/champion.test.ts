// The champion of an account on the real engine: who it is, when it changes, and what rules may ask of it.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestEngine, type TestEngine } from './support/engine.ts';
import { group, openProject, type Project, track } from './support/project.ts';

let engine: TestEngine;
beforeAll(async () => {
  engine = await startTestEngine();
});
afterAll(() => engine.stop());

const RULES = `
metrics:
  idle: {days_since_last: any}
rules:
  quiet:
    kind: churn_risk
    when: {champion.idle_days: {gte: 3}}
    say: "{champion.name} ({champion.role}, {champion.email}) is quiet for {champion.idle_days} days"
  taken:
    kind: churn_risk
    when: {champion.changed: true}
    say: "{champion.user_id} took over"
`;

const start = async (rules = RULES): Promise<Project> => {
  const project = openProject(await engine.openDatabase());
  await project.apply(rules);
  return project;
};

const day = (number: number): string => `2026-03-${String(number).padStart(2, '0')}`;
const days = (from: number, to: number): readonly string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => day(from + index));

const active = (account: string, user: string, from: number, to: number, event = 'used') =>
  days(from, to).map((date) => track(account, user, event, `${date}T10:00:00Z`));

const championsOf = (project: Project) =>
  project.rows(
    `SELECT account_id, toString(toDate32(last_day)) AS day, user_id, changed, previous, challenger
FROM champions FINAL ORDER BY account_id, last_day`,
  );

describe('the champion of an account', () => {
  it('changes when the same other is ahead by ten at two closes running', async () => {
    const project = await start();
    await project.ingest([...active('acme', 'ann', 1, 2), ...active('acme', 'bob', 3, 10)]);
    await project.close(...days(1, 10));
    expect(await championsOf(project)).toMatchObject([{ user_id: 'ann' }, { challenger: 'bob' }]);
  });
});
