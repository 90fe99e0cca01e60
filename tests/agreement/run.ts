// The agreement run of nightly size: random rule sets, worlds and days, closed by the line and by the reference.
// `--cases N` says how many; AGREEMENT_SEED=… repeats one seed and tells everything about it.
import { parseArgs } from 'node:util';
import { startTestEngine } from '../integration/support/engine.ts';
import type { Difference } from './compare-close.ts';
import { describeDifference } from './describe-difference.ts';
import { findFeatures } from './features.ts';
import { makeCase, runCase } from './run-seed.ts';
import { shrinkCase } from './shrink-case.ts';
import { refusals } from './sql-side.ts';

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '10000' },
    seed: { type: 'string', default: process.env.AGREEMENT_SEED ?? '' },
    from: { type: 'string', default: '1' },
    keep: { type: 'boolean', default: false },
  },
});
const REPORT_MILLIS = 30_000;
const SIZE = { worlds: 20, days: 10 };
const wanted = values.seed === '' ? Number(values.cases) : 1;
const features = findFeatures();
console.log(
  features.missing.length === 0
    ? 'the whole language'
    : `not in this version: ${features.missing.join(', ')}`,
);
const engine = await startTestEngine();
const sum = { cases: 0, compared: 0, skipped: 0, seeds: 0, differing: 0, refused: 0 };
const began = Date.now();
let reported = began;
try {
  const store = await engine.openDatabase();
  let seed = values.seed === '' ? Number(values.from) : Number(values.seed);
  while (sum.cases < wanted) {
    const one = makeCase(seed, features, SIZE);
    const problems = refusals(one.rules);
    if (problems.length > 0) {
      sum.refused += 1;
      console.log(`seed ${seed} is refused: ${problems.join('; ')}`);
      seed += 1;
      continue;
    }
    const outcome = await runCase(store, one, features);
    sum.cases += outcome.cases;
    sum.compared += outcome.compared;
    sum.skipped += outcome.skipped;
    sum.seeds += 1;
    if (outcome.differences.length > 0) {
      sum.differing += 1;
      console.log(
        `seed ${seed} differs: ${outcome.differences.slice(0, 5).map(shortly).join('; ')}; making it smaller`,
      );
      console.log(describeDifference(await shrinkCase(store, one, { features, outcome })));
      if (!values.keep) break;
    }
    if (Date.now() - reported > REPORT_MILLIS) report();
    seed += 1;
  }
} finally {
  report();
  await engine.stop();
}
if (sum.differing > 0) process.exitCode = 1;

function shortly({ account, what, reference, sql }: Difference): string {
  return `${what} of ${account}: reference ${reference}, SQL ${sql}`;
}

function report(): void {
  const { cases, compared, skipped, seeds, differing } = sum;
  reported = Date.now();
  const seconds = Math.round((Date.now() - began) / 1000);
  console.log(
    `${cases} cases of ${seeds} seeds, ${compared} values compared, ${skipped} skipped as too near to a threshold, ${differing} seeds with differences, ${seconds} s`,
  );
}
