// The first stage of `make test`: what the tests stand on is installed and the bundle is that of these sources.
// Each step is tried even when one before it failed, so that all that is missing shows at once.
import { installChromium } from '../stack/install-chromium.ts';
import { installClickhouseConnect, installClickhouseJdbc } from '../stack/install-clickhouse-clients.ts';
import { installKafka } from '../stack/install-kafka.ts';
import { runOrThrow } from '../stack/run-command.ts';
import { installRedis } from '../stack/start-redis.ts';
import type { Tally } from './stage-result.ts';

export interface Prepared extends Tally {
  /** The command of a Chromium; undefined when there is none. */
  readonly chromium: string | undefined;
}

/** Counts no passes, as it tests nothing; each thing that cannot be had is a failure that says what to do. */
export function prepareServices(print: (line: string) => void): Prepared {
  const failures: string[] = [];
  const attempt = <T>(what: string, step: () => T): T | undefined => {
    try {
      const done = step();
      print(`  ok      ${what}`);
      return done;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      print(`  FAILED  ${what}\n${message}`);
      failures.push(`${what}: ${message.split('\n', 1)[0] ?? ''}`);
      return undefined;
    }
  };
  attempt('the bundle of the command line', () =>
    runOrThrow(process.execPath, ['scripts/bundle.mjs'], 'bundling'),
  );
  attempt('Kafka', installKafka);
  attempt('Redis', installRedis);
  attempt('clickhouse-connect', installClickhouseConnect);
  attempt('the JDBC driver of ClickHouse', installClickhouseJdbc);
  const chromium = attempt('Chromium', installChromium);
  return { passed: 0, failed: failures.length, skipped: 0, failures, chromium };
}
