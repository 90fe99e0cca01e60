// Every fault run in turn, each with its line, and a table of all at the end; ends with 1 unless all are exact.
// npx tsx tests/faults/run.ts [--seed N] [NAME[=FAULTS[/MESSAGES]]...]
import { parseArgs } from 'node:util';
import { startKafka } from '../../scripts/stack/start-kafka.ts';
import { openGround } from './scenario/open-ground.ts';
import { isExact, type Scenario, sayTally, type Tally, tableOf } from './scenario/scenario.ts';
import { SCENARIOS } from './scenarios.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seed: { type: 'string', default: '1' } },
});
const seed = Number(values.seed);

interface Chosen {
  readonly scenario: Scenario;
  readonly faults: number;
  readonly messages: number;
}

/** `name`, `name=faults` or `name=faults/messages`; none means all. */
function choose(wanted: readonly string[]): readonly Chosen[] {
  if (wanted.length === 0) return SCENARIOS.map((scenario) => ({ scenario, ...scenario.size }));
  return wanted.map((text) => {
    const [, name, faults, messages] = /^([^=]+)(?:=(\d+)(?:\/(\d+))?)?$/.exec(text) ?? [];
    const scenario = SCENARIOS.find((one) => one.name === name);
    if (scenario === undefined)
      throw new Error(`no fault run ${text}; there are ${SCENARIOS.map((one) => one.name).join(', ')}`);
    const { size } = scenario;
    return { scenario, faults: Number(faults ?? size.faults), messages: Number(messages ?? size.messages) };
  });
}

async function main(): Promise<void> {
  const chosen = choose(positionals);
  const startedAt = Date.now();
  const note = (text: string): void =>
    console.log(`${((Date.now() - startedAt) / 1000).toFixed(0)} s  ${text}`);
  const kafka = process.env.KAFKA_BROKERS === undefined ? await startKafka() : undefined;
  const brokers = (process.env.KAFKA_BROKERS ?? kafka?.address ?? '').split(',');
  const ground = await openGround(brokers);
  const told: [string, Tally][] = [];
  const lines: string[] = [];
  try {
    for (const { scenario, faults, messages } of chosen) {
      note(`${scenario.name}, seed ${seed}`);
      try {
        const tally = await scenario.run(ground, { seed, faults, messages, note });
        told.push([scenario.title, tally]);
        lines.push(sayTally(scenario.name, tally));
        if (!isExact(tally)) process.exitCode = 1;
      } catch (error) {
        lines.push(`${scenario.name}: FAILED ${error instanceof Error ? error.message : error}`);
        process.exitCode = 1;
      }
      note(lines.at(-1) ?? '');
    }
    console.log(`\nseed ${seed}\n${lines.join('\n')}\n\n${tableOf(told)}`);
  } finally {
    await ground.stop();
    await kafka?.stop();
  }
}

await main();
