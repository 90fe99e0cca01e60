// Which roles one process may have.
import { expect, test } from 'vitest';
import { readRoles } from '../../../src/app/roles.ts';

const servers = (kafkaBrokers?: readonly string[]) => ({
  clickhouseUrl: undefined,
  kafkaBrokers,
  redisUrl: undefined,
  prefix: 'tidemark',
});

const rolesOf = (text: string | undefined, kafka?: readonly string[]) => {
  const read = readRoles(text, servers(kafka));
  return read.ok ? [...read.roles] : read.message;
};

test('without a list a process does everything', () => {
  expect(rolesOf(undefined)).toEqual(['collect', 'ingest', 'score', 'deliver', 'web']);
});

test('a list may have spaces, and an unknown name is refused with the known ones', () => {
  expect(rolesOf('deliver, web')).toEqual(['deliver', 'web']);
  expect(rolesOf('delivery')).toBe(
    '"delivery" is not a role; write some of collect,ingest,score,deliver,web',
  );
});

test('collecting without ingesting needs Kafka in between', () => {
  expect(rolesOf('collect,web')).toMatch(/KAFKA_BROKERS/);
  expect(rolesOf('collect,web', ['localhost:9092'])).toEqual(['collect', 'web']);
});
