// docker-compose.yml and the Dockerfile as the tests look at them.
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';

const serviceSchema = z.strictObject({
  image: z.string(),
  build: z.string().optional(),
  network_mode: z.string().optional(),
  init: z.boolean().optional(),
  command: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.union([z.string(), z.number()])).default({}),
  ports: z.array(z.string()).default([]),
  volumes: z.array(z.string()).default([]),
  configs: z.array(z.strictObject({ source: z.string(), target: z.string() })).default([]),
  ulimits: z.unknown().optional(),
  depends_on: z.record(z.string(), z.strictObject({ condition: z.literal('service_healthy') })).default({}),
  healthcheck: z.strictObject({
    test: z.tuple([z.literal('CMD')], z.string()),
    interval: z.string(),
    timeout: z.string(),
    retries: z.number(),
    start_period: z.string().optional(),
  }),
  stop_grace_period: z.string().optional(),
  restart: z.string(),
});

/** Strict, so that a key that nobody has looked at fails. */
const composeSchema = z.strictObject({
  name: z.string(),
  services: z.record(z.string(), serviceSchema),
  configs: z.record(z.string(), z.strictObject({ content: z.string() })),
  volumes: z.record(z.string(), z.null()),
});

export const composeText = readFileSync('docker-compose.yml', 'utf8');

export const readCompose = (): z.infer<typeof composeSchema> => composeSchema.parse(parse(composeText));

export interface Instruction {
  readonly name: string;
  readonly argument: string;
}

/** Continued lines are joined; comments are left out. */
export const readDockerfile = (): readonly Instruction[] =>
  readFileSync('Dockerfile', 'utf8')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => ({
      name: line.slice(0, line.indexOf(' ')),
      argument: line.slice(line.indexOf(' ') + 1),
    }));
