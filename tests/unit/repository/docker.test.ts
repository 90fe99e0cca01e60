// What can be known of docker-compose.yml and the Dockerfile without a Docker engine.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../../src/app/config/read-config.ts';
import { composeText, readCompose, readDockerfile } from './compose-file.ts';

const compose = readCompose();
const services = Object.entries(compose.services);
const tidemark = compose.services.tidemark;
const dockerfile = readDockerfile();
const argumentsOf = (name: string): readonly string[] =>
  dockerfile.filter((instruction) => instruction.name === name).map(({ argument }) => argument);

/** With `$$` as Compose turns it into `$`. */
const configText = (compose.configs.tidemark_yaml?.content ?? '').replaceAll('$$', '$');

describe('docker-compose.yml', () => {
  it('has the four parts', () => {
    expect(Object.keys(compose.services)).toEqual(['kafka', 'clickhouse', 'redis', 'tidemark']);
  });

  it.each(services)('pins the version of %s', (_, { image }) => {
    expect(image).toMatch(/^[a-z/-]+:\d+\.\d+(\.\d+)?(-[a-z]+)?$/);
  });

  it.each(services)('reaches no further with %s than the loopback interface', (name, service) => {
    for (const port of service.ports) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
    expect(service.network_mode).toBe(name === 'tidemark' ? 'host' : undefined);
  });

  it.each(services)('names for %s only services, configs and volumes that are there', (_, service) => {
    const there = Object.keys(compose.services);
    expect(there).toEqual(expect.arrayContaining(Object.keys(service.depends_on)));
    for (const { source } of service.configs) expect(Object.keys(compose.configs)).toContain(source);
    for (const source of service.volumes.map((volume) => volume.split(':')[0] ?? '')) {
      if (source.startsWith('.')) expect(existsSync(source), source).toBe(true);
      else expect(Object.keys(compose.volumes)).toContain(source);
    }
  });

  it('asks for every secret and knows none', () => {
    const variables = [...composeText.matchAll(/(?<!\$)\$\{(\w+)(.*?)\}/g)];
    expect(new Set(variables.map(([, name]) => name))).toEqual(
      new Set(['CLICKHOUSE_PASSWORD', 'TIDEMARK_WRITE_KEY']),
    );
    for (const [, , rest] of variables) expect(rest).toMatch(/^:\?/);
  });

  it('sets only variables that Tidemark reads, or its own tidemark.yaml', () => {
    const sources = readdirSync('src/app', { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => readFileSync(`src/app/${file}`, 'utf8'))
      .join('\n');
    const destructured = [...sources.matchAll(/const \{([A-Z_, ]+)\} = (?:options\.)?environment/g)];
    const read = destructured.flatMap(([, names]) => (names ?? '').split(',').map((name) => name.trim()));
    expect(read).toContain('KAFKA_BROKERS');
    const inConfig = [...configText.matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name);
    for (const name of Object.keys(tidemark?.environment ?? {})) {
      expect([...read, ...inConfig]).toContain(name);
    }
  });

  it('has Tidemark use all three servers, at the ports that they publish', () => {
    const environment = tidemark?.environment ?? {};
    const published = services.flatMap(([, { ports }]) => ports.map((port) => port.split(':').at(1)));
    for (const name of ['KAFKA_BROKERS', 'CLICKHOUSE_URL', 'REDIS_URL']) {
      const port = /127\.0\.0\.1:(\d+)$/.exec(String(environment[name]))?.[1];
      expect(published, name).toContain(port);
    }
  });

  it('configures Tidemark without a problem', () => {
    const environment = { TIDEMARK_WRITE_KEY: 'a-key-of-a-test' };
    const read = readConfig({ file: 'tidemark.yaml', text: configText, environment, needsSecrets: true });
    expect(read).toMatchObject({ ok: true, config: { listen: { host: '127.0.0.1', port: 8080 } } });
  });
});

describe('the Dockerfile', () => {
  it('runs a version of Node that package.json allows, and the same to build and to run', () => {
    const versions = argumentsOf('FROM').map((from) => /^node:(\d+)\.(\d+)\.\d+-/.exec(from));
    expect(versions).toHaveLength(2);
    const { engines } = JSON.parse(readFileSync('package.json', 'utf8'));
    expect(engines.node).toBe('>=20.19');
    for (const version of versions) {
      expect(Number(version?.[1])).toBe(20);
      expect(Number(version?.[2])).toBeGreaterThanOrEqual(19);
    }
  });

  it('copies what is there, and what .dockerignore lets through', () => {
    const ignore = readFileSync('.dockerignore', 'utf8').split('\n');
    const letThrough = ignore.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
    const sources = argumentsOf('COPY')
      .filter((copy) => !copy.startsWith('--from'))
      .flatMap((copy) => copy.split(' ').slice(0, -1));
    expect(sources).not.toHaveLength(0);
    for (const source of sources) {
      expect(existsSync(source), source).toBe(true);
      expect(
        letThrough.some((path) => source === path || source.startsWith(`${path}/`)),
        source,
      ).toBe(true);
    }
  });

  it('does not run as root, and keeps the files of the page', () => {
    expect(argumentsOf('USER')).toEqual(['node']);
    expect(argumentsOf('COPY')).toContain('src/web/client src/web/client');
  });

  it('leaves out only packages that nothing but the engine and the bundler ask for', () => {
    const removed = argumentsOf('RUN').find((run) => run.includes('rm -rf')) ?? '';
    const names = [...removed.matchAll(/node_modules\/(\S+)/g)].map(([, name]) => name);
    expect(names).toEqual(['chdb', '@chdb', 'esbuild', '@esbuild']);
  });
});
