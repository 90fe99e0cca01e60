// Each fault run with few faults; `make faults` makes them whole. What each one holds stands in tests/faults/scenarios.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openGround } from '../faults/scenario/open-ground.ts';
import { isExact, sayTally } from '../faults/scenario/scenario.ts';
import { SCENARIOS } from '../faults/scenarios.ts';
import { kafkaBrokers } from './support/kafka.ts';

/** The community data has a short run of its own, in `community-kills.test.ts`. */
const SHORT: Readonly<Record<string, { readonly faults: number; readonly messages: number }>> = {
  'kill-consumers': { faults: 4, messages: 1_000 },
  'kill-broker': { faults: 1, messages: 20_000 },
  'change-group': { faults: 4, messages: 1_000 },
  'refuse-inserts': { faults: 4, messages: 1_500 },
  'seal-disk': { faults: 1, messages: 500 },
  'bad-input': { faults: 60, messages: 1_000 },
  disorder: { faults: 0, messages: 1_500 },
};

let ground: Awaited<ReturnType<typeof openGround>>;
beforeAll(async () => {
  ground = await openGround(await kafkaBrokers());
});
afterAll(() => ground?.stop());

test.each(Object.entries(SHORT))(
  '%s loses nothing and counts nothing twice',
  { timeout: 240_000 },
  async (name, size) => {
    const scenario = SCENARIOS.find((one) => one.name === name);
    if (scenario === undefined) throw new Error(`no fault run ${name}`);
    const notes: string[] = [];
    const tally = await scenario.run(ground, { ...size, seed: 3, note: (text) => void notes.push(text) });
    expect(isExact(tally), [sayTally(name, tally), ...notes].join('\n')).toBe(true);
    expect(tally.messages).toBeGreaterThan(0);
    expect(tally.faults).toBeGreaterThan(0);
  },
);
