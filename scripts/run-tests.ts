// `make test`: every stage in order, each with its seconds, then a table and the line `N passed, N failed`.
// Names of stages as arguments run only those: run-tests.ts checks unit. A stage that fails does not stop the others.
import { prepareServices } from './test-run/prepare-services.ts';
import { runChecks } from './test-run/run-checks.ts';
import { runVitest } from './test-run/run-vitest.ts';
import type { StageResult, Tally } from './test-run/stage-result.ts';
import { summariseStages } from './test-run/summarise-stages.ts';

const print = (line: string): void => console.log(line);

/** Known once `set-up` has run; where that is not asked for, the browser tests look for one themselves. */
let chromium: string | undefined;

const STAGES: readonly { readonly name: string; readonly run: () => Tally | Promise<Tally> }[] = [
  {
    name: 'set-up',
    run: () => {
      const prepared = prepareServices(print);
      chromium = prepared.chromium;
      return prepared;
    },
  },
  { name: 'checks', run: () => runChecks(print) },
  { name: 'unit', run: () => runVitest({ project: 'unit', limitSeconds: 600 }) },
  { name: 'integration', run: () => runVitest({ project: 'integration', limitSeconds: 1800 }) },
  { name: 'alone', run: () => runVitest({ project: 'alone', limitSeconds: 900 }) },
  {
    name: 'browser',
    run: () =>
      runVitest({
        project: 'browser',
        limitSeconds: 600,
        ...(chromium === undefined ? {} : { environment: { CHROMIUM_PATH: chromium } }),
      }),
  },
];

async function runStage({ name, run }: (typeof STAGES)[number]): Promise<StageResult> {
  print(`\n== ${name}`);
  const startedAt = performance.now();
  const tally = await Promise.resolve()
    .then(run)
    .catch((error: unknown): Tally => {
      console.error(error);
      return { passed: 0, failed: 1, skipped: 0, failures: [`it crashed: ${String(error)}`] };
    });
  const seconds = (performance.now() - startedAt) / 1000;
  print(`== ${name}: ${tally.passed} passed, ${tally.failed} failed, ${seconds.toFixed(1)} s`);
  return { name, ...tally, seconds };
}

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !STAGES.some((stage) => stage.name === name));
if (unknown.length > 0) {
  console.error(
    `no stage is called ${unknown.join(', ')}; there are ${STAGES.map(({ name }) => name).join(', ')}`,
  );
  process.exit(2);
}

const results: StageResult[] = [];
for (const stage of STAGES) {
  if (wanted.length === 0 || wanted.includes(stage.name)) results.push(await runStage(stage));
}
const { text, exitCode } = summariseStages(results);
print(`\n${text}`);
process.exitCode = exitCode;
