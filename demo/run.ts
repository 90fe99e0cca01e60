// The demo: ninety days of a small SaaS imported, the last weeks closed day by day, then live traffic, leads and alerts
// in a CRM that stands in for HubSpot.
//   npx tsx demo/run.ts [--kafka] [--exit-after-import] [--accounts N] [--days N] [--closes N]
import { mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { addDays, dayOf, type EpochMillis, UTC } from '../src/model/time.ts';
import { type HubSpotStandIn, startHubSpotStandIn } from './hubspot/start-stand-in.ts';
import { type Comparison, compareCrm, type OpenSignal } from './run/compare-crm.ts';
import { type DemoProject, runCommand, startUp } from './run/run-command.ts';
import { sendTraffic } from './run/send-traffic.ts';
import { startServers } from './run/start-servers.ts';
import { writeConfig } from './run/write-config.ts';
import { liveTraffic } from './simulation/live-traffic.ts';
import { writeHistory } from './simulation/write-history.ts';

const { values } = parseArgs({
  options: {
    kafka: { type: 'boolean', default: false },
    'exit-after-import': { type: 'boolean', default: false },
    accounts: { type: 'string', default: '300' },
    days: { type: 'string', default: '90' },
    closes: { type: 'string', default: '21' },
    seed: { type: 'string', default: '1' },
    directory: { type: 'string', default: '.tidemark/demo' },
  },
});

const WRITE_KEY = 'demo-write-key';
const CRM_TOKEN = 'demo-crm-token';
const EVENTS_PER_SECOND = 20;
const DELIVERED_WITHIN_MS = 120_000;

const startedAt = Date.now();
const now = () => Date.now() as EpochMillis;
const lastDay = addDays(dayOf(now(), UTC), -1);
const simulation = {
  seed: Number(values.seed),
  accounts: Number(values.accounts),
  days: Number(values.days),
  lastDay,
};
const directory = resolve(values.directory);
const stopping = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stopping.abort());

process.exitCode = await run();

async function run(): Promise<number> {
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  const servers = values.kafka ? await startServers((line) => say(line)) : undefined;
  const crm = await startHubSpotStandIn({ token: CRM_TOKEN, file: join(directory, 'crm.json') });
  try {
    return await runWith(prepare(crm, servers?.environment ?? {}), crm);
  } finally {
    await crm.close();
    await servers?.stop();
  }
}

function prepare(crm: HubSpotStandIn, servers: NodeJS.ProcessEnv): DemoProject {
  const config = join(directory, 'tidemark.yaml');
  writeConfig({ file: config, rules: resolve('rules'), data: join(directory, 'data'), crmUrl: crm.url });
  const environment = { ...process.env, ...servers, DEMO_WRITE_KEY: WRITE_KEY, DEMO_CRM_TOKEN: CRM_TOKEN };
  return { config, environment, logFile: join(directory, 'up.log') };
}

async function runWith(project: DemoProject, crm: HubSpotStandIn): Promise<number> {
  const history = join(directory, 'history.ndjson.gz');
  say(`Simulating ${simulation.accounts} accounts over ${simulation.days} days`);
  await writeHistory(history, { ...simulation, malformed: true });
  await runCommand(project, ['events', 'import', history]);
  const firstDay = addDays(lastDay, 1 - Math.min(simulation.days, Number(values.closes)));
  await runCommand(project, ['evaluate', '--from', firstDay, '--to', lastDay]);
  const up = await startUp(project);
  try {
    const delivered = await waitUntilDelivered(up.address, crm);
    say(summary(delivered));
    if (values['exit-after-import']) return delivered.differences.length === 0 ? 0 : 1;
    say(`\n  Leads and alerts   ${up.address}/\n  The CRM's side     ${crm.url}/\n`);
    say(
      `Live traffic flows at ${EVENTS_PER_SECOND} events a second; new leads open as you watch. Ctrl-C ends the demo.`,
    );
    const events = liveTraffic({ ...simulation, now });
    const traffic = { address: up.address, writeKey: WRITE_KEY, events, perSecond: EVENTS_PER_SECOND };
    await Promise.race([sendTraffic({ ...traffic, signal: stopping.signal }), up.ended]);
    return 0;
  } finally {
    await up.stop();
  }
}

/** Returns the last comparison when the time is over, agreed or not. */
async function waitUntilDelivered(address: string, crm: HubSpotStandIn): Promise<Comparison> {
  const deadline = Date.now() + DELIVERED_WITHIN_MS;
  for (;;) {
    const comparison = compareCrm(await readOpenSignals(address), crm);
    const done = comparison.differences.length === 0 && comparison.open > 0;
    if (done || Date.now() > deadline || stopping.signal.aborted) return comparison;
    await sleep(500);
  }
}

async function readOpenSignals(address: string): Promise<readonly OpenSignal[]> {
  const response = await fetch(`${address}/api/overview`);
  if (!response.ok) throw new Error(`the page answered ${response.status}`);
  const { signals } = (await response.json()) as {
    signals: readonly (OpenSignal & { held: boolean; silent: boolean })[];
  };
  return signals.filter(({ held, silent }) => !held && !silent);
}

function summary({ open, inCrm, differences }: Comparison): string {
  const seconds = Math.round((Date.now() - startedAt) / 1000);
  const counts = `${open} open signals, ${inCrm} open tasks in the CRM, after ${seconds} s`;
  if (differences.length === 0) return `The CRM holds what the signals say: ${counts}`;
  const shown = differences.slice(0, 10).map((line) => `\n  ${line}`);
  return `The CRM and the signals differ in ${differences.length}: ${counts}${shown.join('')}`;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
