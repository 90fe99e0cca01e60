// What makes a process not ready, part by part.
import { expect, test } from 'vitest';
import { type ReadinessParts, watchReadiness } from '../../../../src/app/observe/readiness.ts';
import type { ConsumerFigures, LogConsumer } from '../../../../src/model/event-log.ts';
import type { Store } from '../../../../src/model/store.ts';
import { MIGRATIONS } from '../../../../src/store/migrations.ts';

const encoder = new TextEncoder();

/** Answers only the question for the migrations that have landed. */
const aStore = (landed: readonly number[]): Store =>
  ({
    queryRaw: async function* () {
      yield encoder.encode(landed.map((number) => `${number}\n`).join(''));
    },
  }) as unknown as Store;

const ALL = MIGRATIONS.map(({ number }) => number);

const parts = (changes: Partial<ReadinessParts> = {}): ReadinessParts => ({
  store: aStore(ALL),
  askLog: undefined,
  askQueue: undefined,
  consumer: undefined,
  hasRules: undefined,
  patienceMs: 30,
  ...changes,
});

const aConsumer = (
  figures: Partial<ConsumerFigures>,
  stopped = new Promise<void>(() => undefined),
): LogConsumer => ({
  stopped,
  stop: async () => undefined,
  figures: () => ({
    messages: 0,
    bytes: 0,
    batches: 0,
    partitions: 0,
    messagesInFlight: 0,
    bytesInFlight: 0,
    lag: undefined,
    oldestInFlightAt: undefined,
    rebalances: 0,
    ...figures,
  }),
});

const reasonsOf = async (changes: Partial<ReadinessParts>): Promise<readonly string[]> =>
  (await watchReadiness(parts(changes))()).reasons;

test('nothing is missing where all answer', async () => {
  const all = {
    askLog: async () => 1,
    askQueue: async () => 2,
    consumer: aConsumer({ partitions: 3 }),
    hasRules: async () => true,
  };
  expect(await watchReadiness(parts(all))()).toEqual({ ready: true, reasons: [], remarks: [] });
});

test('tables of an older version are, those of a newer one are not', async () => {
  expect(await reasonsOf({ store: aStore(ALL.slice(0, -1)) })).toEqual([
    `ClickHouse lacks migration ${ALL.at(-1)} of this version.`,
  ]);
  expect(await reasonsOf({ store: aStore([...ALL, 999]) })).toEqual([]);
  expect(await reasonsOf({ store: aStore([]) })).toEqual(['ClickHouse has no tables of Tidemark any more.']);
});

test('a part that fails is named with its own words, one that is silent with the time it was given', async () => {
  const never = () => new Promise<never>(() => undefined);
  expect(
    await reasonsOf({ askLog: never, askQueue: () => Promise.reject(new Error('connect ECONNREFUSED')) }),
  ).toEqual(['Kafka does not answer within 0.03 seconds.', 'Redis does not answer: connect ECONNREFUSED']);
});

test('a silent part is asked once, not anew by every probe', async () => {
  let asked = 0;
  const ready = watchReadiness(
    parts({
      askLog: () => {
        asked++;
        return new Promise(() => undefined);
      },
    }),
  );
  await ready();
  await ready();
  expect(asked).toBe(1);
});

test('a consumer must have joined its group; an idle one is ready, one that has stopped is not', async () => {
  expect(await reasonsOf({ consumer: aConsumer({}) })).toEqual([
    'The consumer has not joined its group yet.',
  ]);
  expect(await reasonsOf({ consumer: aConsumer({ rebalances: 2 }) })).toEqual([]);
  const ready = watchReadiness(
    parts({ consumer: aConsumer({ partitions: 1 }, Promise.reject(new Error('gone'))) }),
  );
  await new Promise((done) => setTimeout(done, 1));
  expect((await ready()).reasons).toEqual(['The consumer of the log has stopped.']);
});

test('without rules in force a process is ready all the same, with a remark', async () => {
  expect(await watchReadiness(parts({ hasRules: async () => false }))()).toEqual({
    ready: true,
    reasons: [],
    remarks: [expect.stringMatching(/^No rules are in force/)],
  });
});

test('one that cannot ask which rules are in force is not ready', async () => {
  const hasRules = () => Promise.reject(new Error('gone'));
  expect(await reasonsOf({ hasRules })).toEqual(['ClickHouse does not answer: gone']);
});
