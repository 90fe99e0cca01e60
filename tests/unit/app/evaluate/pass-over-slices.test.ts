import { expect, it } from 'vitest';
import { chooseInput } from '../../../../src/app/evaluate/choose-input.ts';
import { passOverSlices } from '../../../../src/app/evaluate/pass-over-slices.ts';
import type { CompiledStatement } from '../../../../src/model/statement.ts';
import { type StatementSummary, type Store, StoreError } from '../../../../src/model/store.ts';
import { type Day, type EpochMillis, UTC } from '../../../../src/model/time.ts';
import { compileRuleset } from '../../../../src/rules/compile/compile-ruleset.ts';
import { readRuleset } from '../../../../src/rules/read-ruleset.ts';

const { ruleset } = readRuleset(
  { 'r.yaml': 'rules: {r: {kind: pql, when: {account.plan: free}, say: hello}}' },
  {},
);
if (ruleset === undefined) throw new Error('the rule does not check');
const plan = compileRuleset(ruleset, { timezone: UTC });

const inputs = (slices: number) =>
  Array.from({ length: slices }, (_, index) =>
    chooseInput({
      kind: 'close',
      day: '2026-05-31' as Day,
      at: 1_780_271_999_999 as EpochMillis,
      timezone: UTC,
      tick: 1,
      slice: { after: `a${index}`, upTo: `a${index + 1}` },
    }),
  );

/** Statements end in turn, 100 rows read by each. */
function storeOf(threads: number, execute: (statement: CompiledStatement) => void = () => {}) {
  const running = { now: 0, most: 0 };
  const begun: CompiledStatement[] = [];
  const store = {
    query: async () => [{ threads }],
    execute: async (statement: CompiledStatement): Promise<StatementSummary> => {
      begun.push(statement);
      running.now++;
      running.most = Math.max(running.most, running.now);
      await new Promise((done) => setImmediate(done));
      running.now--;
      execute(statement);
      return { readRows: 100, writtenRows: 0 };
    },
  };
  return { store: store as unknown as Store, begun, running };
}

const threadsOf = ({ sql }: CompiledStatement) => /max_threads = (\d+)/.exec(sql)?.[1];

it('passes over each slice once, two at once, each on half of the threads, and counts what all have read', async () => {
  const { store, begun, running } = storeOf(8);
  expect(await passOverSlices(store, plan, inputs(5))).toBe(500);
  expect(begun.map(({ params }) => params.after)).toEqual(['a0', 'a1', 'a2', 'a3', 'a4']);
  expect(running.most).toBe(2);
  expect(begun.map(threadsOf)).toEqual(['4', '4', '4', '4', '4']);
});

it('gives a single slice all threads', async () => {
  const { store, begun } = storeOf(8);
  expect(await passOverSlices(store, plan, inputs(1))).toBe(100);
  expect(begun.map(threadsOf)).toEqual(['8']);
});

it('begins no slice after one has failed, and fails once none is under way', async () => {
  const { store, begun, running } = storeOf(2, ({ params }) => {
    if (params.after === 'a1') throw new StoreError('no memory', { code: 241, retryable: true });
  });
  await expect(passOverSlices(store, plan, inputs(6))).rejects.toThrow('no memory');
  expect(begun.length).toBeLessThanOrEqual(3);
  expect(running.now).toBe(0);
});
