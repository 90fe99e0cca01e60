// Stored series equal a recount of the deduplicated, attributed events, whatever the order of arrival, duplicates and
// batches, with closes and ticks in between. The view `events` is held to the definition of attribution elsewhere.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TimeZone } from '../../src/model/time.ts';
import { identifySeries } from '../../src/rules/compile/identify-series.ts';
import { startTestEngine, type TestEngine } from './support/engine.ts';
import { group, openProject, type Project, track } from './support/project.ts';

const RULES = `
metrics:
  messages: {count: message_sent, window: ever}
  people:   {users: any, window: ever}
  size:     {sum: size, of: [message_sent, file_shared], where: {channel: {not: private}}, window: ever}
rules:
  busy: {kind: pql, owner: sales, outcome: {event: x, within: 1d}, keep_open: 1d, when: {messages: {gte: 2}}}
`;

const day = fc.integer({ min: 1, max: 4 });
const at = fc
  .record({ day, hour: fc.integer({ min: 0, max: 23 }) })
  .map(({ day, hour }) => `2026-05-0${day}T${String(hour).padStart(2, '0')}:30:00Z`);
const account = fc.constantFrom('acme', 'zeta', undefined);
const user = fc.constantFrom('ann', 'bob', undefined);
const event = fc.record({
  id: fc.integer({ min: 0, max: 9 }),
  account,
  user,
  name: fc.constantFrom('message_sent', 'file_shared', 'opened'),
  at,
  properties: fc.record({
    size: fc.constantFrom(1, 2.25, '3', 'large', null),
    channel: fc.constantFrom('private', 'general'),
  }),
});
const envelope = fc.oneof(
  {
    weight: 5,
    arbitrary: event
      .filter(({ account, user }) => account !== undefined || user !== undefined)
      .map((e) => ({
        ...track(e.account, e.user, e.name, e.at, { properties: e.properties }),
        id: `e${e.id}`,
      })),
  },
  {
    weight: 1,
    arbitrary: fc
      .record({ account: fc.constantFrom('acme', 'zeta'), user: fc.constantFrom('ann', 'bob'), at })
      .map((g) => group(g.account, { plan: 'free' }, g.at, g.user)),
  },
);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .array(envelope, { minLength: 1, maxLength: 8 })
      .map((events) => ({ kind: 'ingest' as const, events })),
  },
  { weight: 1, arbitrary: fc.constantFrom({ kind: 'close' as const }, { kind: 'tick' as const }) },
);

type Step =
  | { readonly kind: 'ingest'; readonly events: readonly object[] }
  | { readonly kind: 'close' | 'tick' };

describe('stored series', () => {
  let engine: TestEngine;
  beforeAll(async () => {
    engine = await startTestEngine();
  });
  afterAll(() => engine?.stop());

  async function run(project: Project, steps: readonly Step[]) {
    await project.apply(RULES);
    for (const step of steps) {
      if (step.kind === 'ingest') await project.ingest(step.events, { history: false });
      else if (step.kind === 'close') await project.close('2026-05-04');
      else await project.tick();
    }
    await project.close('2026-05-05');
  }

  const stored = (project: Project, metric: string, zone: string) => {
    const series = project.evaluator().ruleset.metrics.get(metric)?.series[0]?.definition;
    if (series === undefined) throw new Error(`${metric} has no series`);
    return project.rows(`SELECT account_id, toString(day) AS day, n, toString(length(members)) AS people, toFloat64(v_sum) AS size
      FROM series_days FINAL WHERE n > 0 AND series_id = ${identifySeries(series, zone as TimeZone)}
      ORDER BY account_id, day`);
  };

  const recounted = (project: Project, { where, size }: (typeof SHAPES)[number], zone: string) =>
    project.rows(`SELECT account_id, toString(toDate(timestamp, '${zone}')) AS day, count() AS n,
        toString(uniqExactIf(user_id, user_id != '')) AS people, sum(${size}) AS size
      FROM events WHERE account_id != '' AND ${where} GROUP BY account_id, day ORDER BY account_id, day`);

  it('equal a recount, in any order of arrival', async () => {
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 3, maxLength: 12 }),
        fc.constantFrom('UTC', 'America/Los_Angeles'),
        async (steps, zone) => {
          const project = openProject(await engine.openDatabase(), zone);
          await run(project, steps);
          for (const shape of SHAPES) {
            const expected = await recounted(project, shape, zone);
            compared += expected.length;
            expect(await stored(project, shape.metric, zone)).toEqual(expected);
          }
        },
      ),
      { numRuns: 6, seed: 5, endOnFailure: true },
    );
    expect(compared).toBeGreaterThan(20);
  });
});

const NO_SIZE = 'toFloat64(0)';
const SHAPES = [
  { metric: 'messages', where: `event = 'message_sent'`, size: NO_SIZE },
  { metric: 'people', where: '1', size: NO_SIZE },
  {
    metric: 'size',
    where: `event IN ('message_sent', 'file_shared') AND JSONExtractString(properties, 'channel') != 'private'`,
    size: `toFloat64OrZero(trim(BOTH '"' FROM JSONExtractRaw(properties, 'size')))`,
  },
];
