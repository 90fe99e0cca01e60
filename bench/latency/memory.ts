// Resident memory of processes while a load runs.
import { readFileSync } from 'node:fs';

type Samples = ReadonlyMap<string, readonly number[]>;

const EVERY_MILLIS = 2_000;

/** Of each process by name, bytes, every two seconds. */
export function watchMemory(pids: Readonly<Record<string, number>>): { stop(): Samples } {
  const samples = new Map<string, number[]>(Object.keys(pids).map((name) => [name, []]));
  const timer = setInterval(() => {
    for (const [name, pid] of Object.entries(pids)) samples.get(name)?.push(residentOf(pid));
  }, EVERY_MILLIS);
  return {
    stop: () => {
      clearInterval(timer);
      return samples;
    },
  };
}

function residentOf(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) * 1024;
}

/** The most that was seen in each fifth of the time. */
export function describeMemory(samples: Samples): string {
  return [...samples]
    .map(([name, all]) => {
      const fifth = Math.ceil(all.length / 5);
      const parts = [0, 1, 2, 3, 4].map((part) => Math.max(...all.slice(part * fifth, (part + 1) * fifth)));
      return `resident memory of ${name}, the most in each fifth, MiB: ${parts.map((bytes) => (bytes / 1_048_576).toFixed(0)).join(', ')}`;
    })
    .join('\n');
}
