// Apache Kafka's jars from Maven Central into .cache/kafka, once per version.
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCommand, runOrThrow } from './run-command.ts';

const KAFKA_VERSION = '4.3.1';
const LEAST_JAVA = 17;
const pom = fileURLToPath(new URL('kafka-pom.xml', import.meta.url));
const cache = fileURLToPath(new URL('../../.cache/kafka/', import.meta.url));

/**
 * The folder of the jars; fetches them when they are not there yet.
 * @throws Error that says what is missing: Java 17, Maven, or the registry.
 */
export function installKafka(): string {
  requireJava();
  const libs = join(cache, KAFKA_VERSION);
  if (existsSync(libs)) return libs;
  if (runCommand('mvn', ['-v']).status !== 0) {
    throw new Error('fetching Kafka needs Maven: install it (Debian: apt-get install maven)');
  }
  mkdirSync(dirname(libs), { recursive: true });
  // Into a folder of its own and renamed when complete, so that an interrupted fetch is not taken for a whole one.
  const partial = mkdtempSync(join(cache, 'partial-'));
  const goal = ['-q', '-B', '-f', pom, 'dependency:copy-dependencies', '-DincludeScope=runtime'];
  runOrThrow(
    'mvn',
    [...goal, `-DoutputDirectory=${partial}`],
    `fetching Kafka ${KAFKA_VERSION} from Maven Central`,
  );
  if (existsSync(libs)) rmSync(partial, { recursive: true });
  else renameSync(partial, libs);
  return libs;
}

function requireJava(): void {
  const { status, output } = runCommand('java', ['-version']);
  const found = Number(/version "(\d+)/.exec(output)?.[1] ?? 0);
  if (status === 0 && found >= LEAST_JAVA) return;
  const what = status === 0 ? `this is Java ${found}` : 'there is no Java';
  throw new Error(
    `Kafka ${KAFKA_VERSION} needs Java ${LEAST_JAVA} or later and ${what}: install it (Debian: apt-get install openjdk-17-jre-headless)`,
  );
}
