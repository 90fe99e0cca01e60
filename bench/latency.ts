// From a client's POST to what people see, under a steady load through a real Kafka: how long until an event stands in
// the view `events`, and until it has opened a signal of a rising rule; on an empty day, and with a full day stored.
//   npx tsx bench/latency.ts [seconds] [events a second] [stored events]
import { loadavg } from 'node:os';
import { startKafka } from '../scripts/stack/start-kafka.ts';
import { startStore } from './ingest/start-store.ts';
import { fillDay } from './latency/fill-day.ts';
import { describeMemory, watchMemory } from './latency/memory.ts';
import { describeLatencies, watchProbes } from './latency/probes.ts';
import { startProject } from './latency/project.ts';
import { sendSteadily } from './latency/send-steadily.ts';

const SECONDS = Number(process.argv[2] ?? 300);
const RATE = Number(process.argv[3] ?? 5_000);
const STORED = Number(process.argv[4] ?? 20_000_000);

const kafka = await startKafka();
try {
  const empty = await measure('nothing stored before', 0);
  const full = STORED === 0 ? undefined : await measure(`${STORED} events stored for the day before`, STORED);
  if (full !== undefined) {
    const ratio = (what: 'seen' | 'signals') => (full[what].p99 / empty[what].p99).toFixed(2);
    console.log(
      `ratio of the p99 with ${STORED} events stored to that with none: event ${ratio('seen')}, signal ${ratio('signals')}`,
    );
  }
} finally {
  await kafka.stop();
}

async function measure(title: string, stored: number) {
  console.log(`\n${title}; ${RATE} events a second for ${SECONDS} s`);
  const started = await startStore();
  try {
    if (stored > 0) await fillDay(started.store, stored);
    const project = await startProject({ ...started, brokers: kafka.address });
    try {
      const memory = watchMemory({ tidemark: project.pid, ClickHouse: started.pid });
      const probes = watchProbes(started.store);
      const sent = await sendSteadily({ ...project, rate: RATE, seconds: SECONDS, probes });
      const latencies = await probes.settle();
      console.log(
        `sent ${sent.events} events in ${sent.seconds.toFixed(0)} s, ${sent.refused} requests refused, answer p50 ${sent.p50.toFixed(0)} ms, p99 ${sent.p99.toFixed(0)} ms; load ${loadavg()[0]?.toFixed(1)}`,
      );
      console.log(describeLatencies(latencies));
      console.log(describeMemory(memory.stop()));
      console.log(await project.describeTicks());
      return latencies;
    } finally {
      await project.stop();
    }
  } finally {
    await started.stop();
  }
}
