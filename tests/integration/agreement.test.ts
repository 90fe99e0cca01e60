// The short agreement run: random rule sets, worlds and days, closed by SQL and by the reference evaluator, which
// share no code. `make agreement` is the long one; a difference prints its seed and the smallest case that shows it.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findFeatures } from '../agreement/features.ts';
import { type AgreementTotals, describeTotals, runAgreement } from '../agreement/run-agreement.ts';
import { startTestEngine, type TestEngine } from './support/engine.ts';

let engine: TestEngine;

beforeAll(async () => {
  engine = await startTestEngine();
});

afterAll(async () => {
  await engine.stop();
});

async function agree(options: {
  readonly firstSeed: number;
  readonly cases: number;
  readonly worlds: number;
  readonly days: number;
}) {
  const differences: string[] = [];
  const totals: AgreementTotals = await runAgreement({
    store: await engine.openDatabase(),
    features: findFeatures(),
    size: { worlds: options.worlds, days: options.days },
    firstSeed: options.firstSeed,
    cases: options.cases,
    keep: false,
    tell: (text) => differences.push(text),
  });
  console.log(describeTotals(totals));
  return { totals, differences: differences.filter((text) => !text.includes('is refused')).join('\n') };
}

describe('SQL and the reference evaluator', () => {
  it('know the same language', () => {
    expect(findFeatures().missing).toEqual([]);
  });

  it('agree on every value, outcome, score and move of a few hundred cases', async () => {
    const { totals, differences } = await agree({ firstSeed: 1, cases: 240, worlds: 8, days: 6 });
    expect(differences).toBe('');
    expect(totals.compared).toBeGreaterThan(15_000);
  }, 120_000);

  it('agree when days are closed one by one and messages come late', async () => {
    const { totals, differences } = await agree({ firstSeed: 12, cases: 8, worlds: 6, days: 3 });
    expect(differences).toBe('');
    expect(totals.compared).toBeGreaterThan(500);
  }, 120_000);
});
