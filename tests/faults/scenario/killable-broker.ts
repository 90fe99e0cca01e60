// A broker that is killed with kill -9 and started again on the same storage and ports.
import { setTimeout as sleep } from 'node:timers/promises';
import { type RunningService, startService } from '../../../scripts/stack/service-process.ts';
import { prepareKafka } from '../../../scripts/stack/start-kafka.ts';

export interface KillableBroker {
  readonly address: string;
  kill(): Promise<void>;
  /** Resolves once it answers. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

export async function startKillableBroker(): Promise<KillableBroker> {
  const command = await prepareKafka();
  let service: RunningService = await startService(command);
  return {
    address: service.address,
    kill: async () => {
      process.kill(service.pid, 'SIGKILL');
      while (isAlive(service.pid)) await sleep(20);
    },
    start: async () => {
      service = await startService(command);
    },
    stop: () => service.stop(),
  };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
