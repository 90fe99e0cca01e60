// The agreement run of nightly size: random rule sets, worlds and days, closed by the line and by the reference.
// `--cases N` says how many; AGREEMENT_SEED=… repeats one seed; `--keep` goes on after a difference.
import { parseArgs } from 'node:util';
import { startTestEngine } from '../integration/support/engine.ts';
import { findFeatures } from './features.ts';
import { type AgreementTotals, describeTotals, runAgreement } from './run-agreement.ts';

const REPORT_MILLIS = 30_000;
const SIZE = { worlds: 40, days: 10 };

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '10000' },
    from: { type: 'string', default: '1' },
    keep: { type: 'boolean', default: false },
  },
});
const repeated = process.env.AGREEMENT_SEED;
const features = findFeatures();
const tell = (text: string) => console.log(text);
if (features.missing.length > 0) tell(`not in this version: ${features.missing.join(', ')}`);
const engine = await startTestEngine();
const began = Date.now();
let told = began;
try {
  const totals = await runAgreement({
    store: await engine.openDatabase(),
    features,
    size: SIZE,
    firstSeed: Number(repeated ?? values.from),
    cases: repeated === undefined ? Number(values.cases) : 1,
    keep: values.keep,
    tell,
    onSeed: (sofar) => {
      if (Date.now() - told > REPORT_MILLIS) report(sofar);
    },
  });
  report(totals);
  if (totals.differing > 0) process.exitCode = 1;
} finally {
  await engine.stop();
}

function report(totals: AgreementTotals): void {
  told = Date.now();
  tell(`${describeTotals(totals)}, ${Math.round((told - began) / 1000)} s`);
}
