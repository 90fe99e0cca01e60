// ClickHouse clients of others, which tests ask the embedded engine with: clickhouse-connect from PyPI in a virtual
// environment, and the JDBC driver's jars from Maven Central. Into .cache, once per version.
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCommand, runOrThrow } from './run-command.ts';

const CONNECT_VERSION = '1.12.0';
const JDBC_VERSION = '0.9.4';
const pom = fileURLToPath(new URL('clickhouse-jdbc-pom.xml', import.meta.url));
const cache = fileURLToPath(new URL('../../.cache/clickhouse-clients/', import.meta.url));

/** The Python that has clickhouse-connect. @throws Error that says what is missing. */
export function installClickhouseConnect(): string {
  const home = join(cache, `connect-${CONNECT_VERSION}`);
  const python = join(home, 'bin', 'python');
  const done = join(home, 'complete');
  if (existsSync(done)) return python;
  if (runCommand('python3', ['-m', 'venv', '--help']).status !== 0)
    throw new Error(
      'clickhouse-connect needs Python 3 with venv: install it (Debian: apt-get install python3-venv)',
    );
  // A virtual environment knows its own path and cannot be moved; its last file says that it is whole.
  rmSync(home, { recursive: true, force: true });
  mkdirSync(cache, { recursive: true });
  runOrThrow('python3', ['-m', 'venv', home], 'making a virtual environment');
  const install = ['-m', 'pip', 'install', '-q', `clickhouse-connect==${CONNECT_VERSION}`];
  runOrThrow(python, install, `fetching clickhouse-connect ${CONNECT_VERSION} from PyPI`);
  mkdirSync(done);
  return python;
}

/** The folder of the driver's jars. @throws Error that says what is missing. */
export function installClickhouseJdbc(): string {
  const jars = join(cache, `jdbc-${JDBC_VERSION}`);
  if (existsSync(jars)) return jars;
  if (runCommand('mvn', ['-v']).status !== 0)
    throw new Error('fetching the JDBC driver needs Maven: install it (Debian: apt-get install maven)');
  if (runCommand('javac', ['-version']).status !== 0)
    throw new Error(
      'asking by JDBC needs a JDK: install it (Debian: apt-get install openjdk-17-jdk-headless)',
    );
  mkdirSync(cache, { recursive: true });
  const partial = mkdtempSync(join(cache, 'partial-'));
  runOrThrow(
    'mvn',
    [
      '-q',
      '-B',
      '-f',
      pom,
      'dependency:copy-dependencies',
      '-DincludeScope=runtime',
      `-DoutputDirectory=${partial}`,
    ],
    `fetching clickhouse-jdbc ${JDBC_VERSION} from Maven Central`,
  );
  if (existsSync(jars)) rmSync(partial, { recursive: true });
  else renameSync(partial, jars);
  return jars;
}
