// Seeds one after the other, until so many cases are closed: what was compared, and each difference made small.
import type { Store } from '../../src/model/store.ts';
import type { Difference } from './compare-close.ts';
import { describeDifference } from './describe-difference.ts';
import type { Features } from './features.ts';
import { makeCase, runCase, type SeedSize } from './run-seed.ts';
import { shrinkCase } from './shrink-case.ts';
import { refusals } from './sql-side.ts';

export interface AgreementRun {
  readonly store: Store;
  readonly features: Features;
  readonly size: SeedSize;
  readonly firstSeed: number;
  /** At least so many are closed. */
  readonly cases: number;
  /** Whether to go on after a difference. */
  readonly keep: boolean;
  /** Told of refused rule sets, of differences, and of how far it is after each seed. */
  readonly tell: (text: string) => void;
  readonly onSeed?: (totals: AgreementTotals) => void;
}

export interface AgreementTotals {
  readonly cases: number;
  readonly seeds: number;
  /** Rule sets that the reader does not take. */
  readonly refused: number;
  readonly compared: number;
  /** Nearer to a threshold than numbers are exact. */
  readonly skipped: number;
  readonly differing: number;
}

const NOTHING: AgreementTotals = { cases: 0, seeds: 0, refused: 0, compared: 0, skipped: 0, differing: 0 };

export async function runAgreement(run: AgreementRun): Promise<AgreementTotals> {
  let totals = NOTHING;
  for (let seed = run.firstSeed; totals.cases < run.cases; seed++) {
    totals = add(totals, await runSeed(run, seed));
    run.onSeed?.(totals);
    if (totals.differing > 0 && !run.keep) break;
  }
  return totals;
}

async function runSeed(
  { store, features, size, tell }: AgreementRun,
  seed: number,
): Promise<AgreementTotals> {
  const one = makeCase(seed, features, size);
  const problems = refusals(one.rules);
  if (problems.length > 0) {
    tell(`seed ${seed} is refused: ${problems.join('; ')}`);
    return { ...NOTHING, refused: 1 };
  }
  const outcome = await runCase(store, one, features);
  const { cases, compared, skipped, differences } = outcome;
  if (differences.length > 0) {
    tell(`seed ${seed} differs: ${differences.slice(0, 5).map(shortly).join('; ')}; making it smaller`);
    tell(describeDifference(await shrinkCase(store, one, { features, outcome })));
  }
  return { cases, seeds: 1, refused: 0, compared, skipped, differing: Math.min(1, differences.length) };
}

const shortly = ({ account, what, reference, sql }: Difference): string =>
  `${what} of ${account}: reference ${reference}, SQL ${sql}`;

const add = (a: AgreementTotals, b: AgreementTotals): AgreementTotals => ({
  cases: a.cases + b.cases,
  seeds: a.seeds + b.seeds,
  refused: a.refused + b.refused,
  compared: a.compared + b.compared,
  skipped: a.skipped + b.skipped,
  differing: a.differing + b.differing,
});

export const describeTotals = ({
  cases,
  seeds,
  refused,
  compared,
  skipped,
  differing,
}: AgreementTotals): string =>
  `${cases} cases of ${seeds} seeds (${refused} refused), ${compared} values compared, ${skipped} skipped as too near to a threshold, ${differing} seeds with differences`;
